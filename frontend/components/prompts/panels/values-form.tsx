"use client";

import { useId } from "react";
import { words } from "@/lib/format";
import type { Value, Values } from "@/lib/prompts";
import type { PromptField } from "@/lib/types";

/** Characters from which a text gets more than one line. */
const LONG = 60;

interface ValuesFormProps {
  fields: PromptField[];
  values: Values;
  changed: Values;
  onChange: (name: string, value: Value) => void;
}

/** A form made of the inputs the file declares. */
export function ValuesForm({ fields, values, changed, onChange }: ValuesFormProps) {
  if (!fields.length) return <p className="text-[0.8125rem] text-ink-2">The file declares no inputs.</p>;
  return (
    <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
      {fields.map((field) => (
        <ValueField key={field.name} field={field} value={values[field.name]} isChanged={field.name in changed} onChange={(value) => onChange(field.name, value)} />
      ))}
    </div>
  );
}

interface ValueFieldProps {
  field: PromptField;
  value: Value | undefined;
  isChanged: boolean;
  onChange: (value: Value) => void;
}

function ValueField({ field, value, isChanged, onChange }: ValueFieldProps) {
  const id = useId();
  const about = `${id}-about`;
  const text = Array.isArray(value) ? value.join("\n") : String(value ?? "");
  const isLong = field.kind === "array" || text.length > LONG || text.includes("\n");
  const common = { id, "aria-describedby": about };
  return (
    <div className={`min-w-0 ${isLong ? "sm:col-span-2" : ""}`}>
      <label htmlFor={id} className="mb-1 flex items-baseline gap-1.5 text-xs font-medium">
        {words(field.name)}
        {isChanged ? <span className="font-normal text-accent">changed</span> : null}
      </label>
      {field.kind === "boolean" ? (
        <select {...common} className="field" value={text} onChange={(event) => onChange(event.target.value === "true")}>
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      ) : field.kind === "integer" || field.kind === "float" ? (
        <input
          {...common} type="number" step={field.kind === "float" ? "any" : 1} className="field num" value={text}
          onChange={(event) => onChange(Number(event.target.value))}
        />
      ) : isLong ? (
        <textarea
          {...common} rows={Math.min(8, Math.max(2, text.split("\n").length))} className="field" value={text}
          onChange={(event) => onChange(field.kind === "array" ? event.target.value.split("\n") : event.target.value)}
        />
      ) : (
        <input {...common} className="field" value={text} onChange={(event) => onChange(event.target.value)} />
      )}
      <p id={about} className="mt-0.5 text-xs text-ink-3">
        {field.description ? `${field.description}` : ""}
        {field.kind === "array" ? `${field.description ? "; " : ""}one a line` : ""}
      </p>
    </div>
  );
}
