import { formatDayShort, formatPounds } from "@/lib/format";
import type { EventData } from "@/lib/types";

const DONE = { pause: "paused", resume: "resumed", cancel: "cancelled", budget: "given another budget" } as const;

/** What became of a change of what is booked, in one sentence. */
export function mediaBuyChanged(data: Extract<EventData, { kind: "media_buy.changed" }>): string {
  if (data.problem) return `The ads are not ${DONE[data.action]}: ${data.problem}`;
  return `The ads are ${DONE[data.action]} from ${formatDayShort(data.day)} on, ${formatPounds(data.committed)} is held for them.`;
}
