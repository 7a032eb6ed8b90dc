import type { StateAround } from "@/lib/events/state-before";
import { words } from "@/lib/format";
import { plain } from "@/lib/json-schema";
import { STATUS, statusOf } from "@/lib/status";
import type { Json } from "@/lib/types";
import { JsonTree } from "./json-tree";

function isScalar(value: Json | undefined): boolean {
  return value === undefined || value === null || typeof value !== "object";
}

/** A status is said in the words used for it everywhere else. */
function text(value: Json | undefined): string {
  if (value === undefined || value === null) return "none";
  const said = plain(value);
  return said in STATUS ? statusOf(said).label : said;
}

/** What the step changed in the campaign's state, field by field. */
export function StateDiff({ around, isWaiting }: { around: StateAround; isWaiting: boolean }) {
  if (!around.changed.length) {
    return (
      <p className="text-[0.8125rem] text-ink-2">
        {isWaiting ? "Nothing yet: what this step changes depends on the answer." : "This step has changed nothing in the state."}
      </p>
    );
  }
  return (
    <ul className="flex flex-col gap-2">
      {around.changed.map((key) => {
        const [before, after] = [around.before[key], around.after[key]];
        const isNew = before === undefined || before === null;
        return (
          <li key={key} className="rounded-lg border p-2.5">
            <p className="mb-1 flex items-center justify-between gap-2 text-xs">
              <span className="font-semibold">{words(key)}</span>
              <span className={`chip ${isNew ? "tone-ok" : "tone-run"}`}>{isNew ? "+ added" : "± changed"}</span>
            </p>
            {isScalar(before) && isScalar(after) ? (
              <p className="num text-xs break-words">
                {isNew ? null : <del className="mr-2 text-ink-3">{text(before)}</del>}
                <ins className="no-underline">{text(after)}</ins>
              </p>
            ) : (
              <>
                {isNew || before === undefined ? null : <JsonTree name="before" value={before} />}
                <JsonTree name={isNew ? "value" : "after"} value={after ?? null} />
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
