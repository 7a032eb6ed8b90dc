/** The campaign's state around a step, folded from what each step before it changed. */

import type { Json, JsonObject } from "@/lib/types";
import type { Step } from "./thread";

/** Lists whose items carry an id are merged by it, as the graph's own reducer does. */
function merge(current: Json | undefined, update: Json): Json {
  if (!Array.isArray(update) || !Array.isArray(current)) return update;
  const merged = new Map<Json, Json>();
  for (const item of [...current, ...update]) {
    const id = typeof item === "object" && item !== null && !Array.isArray(item) ? item.id : undefined;
    if (id === undefined) return update;
    merged.set(id, item);
  }
  return [...merged.values()];
}

export function withUpdate(state: JsonObject, update: JsonObject): JsonObject {
  const next = { ...state };
  for (const [key, value] of Object.entries(update)) next[key] = merge(state[key], value);
  return next;
}

export interface StateAround {
  before: JsonObject;
  after: JsonObject;
  changed: string[];
}

/** The state a step was given and the one it left. */
export function stateAround(steps: Step[], step: Step): StateAround {
  let before: JsonObject = {};
  for (const earlier of steps) {
    if (earlier.taskId === step.taskId) break;
    if (earlier.update) before = withUpdate(before, earlier.update);
  }
  const after = step.update ? withUpdate(before, step.update) : before;
  const changed = Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return { before, after, changed };
}
