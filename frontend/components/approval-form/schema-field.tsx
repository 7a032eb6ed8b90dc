import { words } from "@/lib/format";
import { type FieldSpec, plain } from "@/lib/json-schema";
import type { Json } from "@/lib/types";

interface SchemaFieldProps {
  spec: FieldSpec;
  value: Json | undefined;
  onChange: (value: Json) => void;
}

/** A field of the answer's schema, drawn from the schema alone. */
export function SchemaField({ spec, value, onChange }: SchemaFieldProps) {
  const id = `answer-${spec.name}`;
  const text = plain(value ?? spec.fallback);
  const isLong = spec.kind === "text" && (spec.maxLength ?? 0) > 120;
  const shared = { id, required: spec.required, className: "field", "aria-describedby": spec.description ? `${id}-about` : undefined };
  return (
    <div data-field={spec.name}>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] font-medium">{words(spec.name)}</label>
      {spec.kind === "choice" ? (
        <select {...shared} value={text} onChange={(event) => onChange(event.target.value)}>
          {spec.choices.map((choice) => <option key={choice} value={choice}>{words(choice)}</option>)}
        </select>
      ) : isLong ? (
        <textarea {...shared} rows={2} maxLength={spec.maxLength ?? undefined} value={text} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input
          {...shared} type={spec.kind === "number" ? "number" : "text"} min={spec.minimum ?? undefined}
          minLength={spec.minLength ?? undefined} maxLength={spec.maxLength ?? undefined} value={text}
          onChange={(event) => onChange(spec.kind === "number" ? Number(event.target.value) : event.target.value)}
        />
      )}
      {spec.description ? <p id={`${id}-about`} className="mt-1 text-xs text-ink-3">{words(spec.description)}</p> : null}
    </div>
  );
}
