import { channelRecord, words } from "@/lib/format";
import { fieldNamed, type FieldSpec } from "@/lib/json-schema";
import type { Creative, Verdict } from "@/lib/types";
import { COPY_FIELDS, type CopyDraft } from "./draft";
import { TextVerdict } from "./text-verdict";

interface CopyFieldsProps {
  campaignId: string;
  spec: FieldSpec;
  creative: Creative;
  copy: CopyDraft;
  onChange: (copy: CopyDraft) => void;
  onSaid: (outcome: Verdict["outcome"] | null) => void;
}

/** The words of one ad, to be changed within the schema's bounds and those of the ad's channel. */
export function CopyFields({ campaignId, spec, creative, copy, onChange, onSaid }: CopyFieldsProps) {
  const taken = channelRecord(creative.channel)?.text;
  const changed = COPY_FIELDS.filter((name) => copy[name].trim() !== creative[name]);
  const verdict = changed.length ? `${creative.id}-verdict` : undefined;
  return (
    <div className="mt-2 flex flex-col gap-2">
      {COPY_FIELDS.map((name) => {
        const bounds = fieldNamed(spec.item, name);
        const id = `${creative.id}-${name}`;
        // What is too long is counted and said, never cut: pasted words stay whole until their writer shortens them.
        const most = taken?.[name] ?? bounds?.maxLength ?? Infinity;
        const over = copy[name].trim().length - most;
        const shared = {
          id, value: copy[name], required: true, minLength: bounds?.minLength ?? undefined,
          className: "field", "aria-describedby": verdict, "aria-invalid": over > 0 ? true : undefined,
        };
        return (
          <div key={name}>
            <label htmlFor={id} className="mb-0.5 flex justify-between text-xs text-ink-2">
              <span>
                {words(name)}
                {changed.includes(name) ? <span className="ml-1.5 font-medium text-wait">edited</span> : null}
              </span>
              <span className={`num ${over > 0 ? "font-medium text-bad" : "text-ink-3"}`}>
                {Number.isFinite(most) ? `${copy[name].trim().length}/${most}` : copy[name].trim().length}{over > 0 ? `, ${over} too many` : ""}
              </span>
            </label>
            {name === "body" ? (
              <textarea {...shared} rows={3} onChange={(event) => onChange({ ...copy, [name]: event.target.value })} />
            ) : (
              <input {...shared} type="text" onChange={(event) => onChange({ ...copy, [name]: event.target.value })} />
            )}
          </div>
        );
      })}
      {verdict ? <TextVerdict id={verdict} campaignId={campaignId} creative={creative} copy={copy} onSaid={onSaid} /> : null}
    </div>
  );
}
