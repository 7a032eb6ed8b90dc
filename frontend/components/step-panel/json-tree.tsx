import { plain } from "@/lib/json-schema";
import type { Json } from "@/lib/types";

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function brief(value: Json): string {
  if (Array.isArray(value)) return value.length === 1 ? "1 item" : `${value.length} items`;
  if (isObject(value)) return `${Object.keys(value).length} fields`;
  return "";
}

function scalar(value: Json): string {
  if (value === null) return "none";
  if (typeof value === "number") return String(Math.round(value * 1e4) / 1e4);
  return plain(value);
}

/** A value of the state, folded where it is deep. */
export function JsonTree({ value, name, open = false }: { value: Json; name: string; open?: boolean }) {
  if (Array.isArray(value) || isObject(value)) {
    const entries = Array.isArray(value) ? value.map((item, index) => [String(index + 1), item] as const) : Object.entries(value);
    if (!entries.length) return <Line name={name} text="empty" />;
    return (
      <details open={open} className="text-xs">
        <summary className="cursor-pointer rounded py-0.5 hover:bg-idle-soft">
          <span className="font-medium">{name}</span> <span className="text-ink-3">{brief(value)}</span>
        </summary>
        <div className="ml-1.5 border-l pl-3">
          {entries.map(([key, item]) => (
            <JsonTree key={key} name={key} value={item} />
          ))}
        </div>
      </details>
    );
  }
  return <Line name={name} text={scalar(value)} />;
}

function Line({ name, text }: { name: string; text: string }) {
  return (
    <p className="py-0.5 text-xs break-words">
      <span className="text-ink-3">{name}</span> <span className="num">{text}</span>
    </p>
  );
}
