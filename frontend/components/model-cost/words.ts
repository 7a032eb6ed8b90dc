/** What models cost, in words: what is not known is never said to be nothing. */

import { formatDollars } from "@/lib/format";
import type { ModelCalled } from "@/lib/types";

type Priced = Pick<ModelCalled, "cost" | "unpriced">;

/** Of the calls of one step: "$0.0021", "not known: the fake model has no price", "$0.0021, 1 not known". */
export function costOf(calls: Priced[]): string {
  const known = calls.filter((call) => typeof call.cost === "number");
  const unknown = calls.length - known.length;
  if (!known.length) return unknown ? `not known${because(calls)}` : "nothing";
  const sum = formatDollars(known.reduce((total, call) => total + (call.cost ?? 0), 0));
  return unknown ? `${sum}, ${unknown} not known` : sum;
}

/** Of one call, and where it came from if nobody was asked. */
export function callCost(call: Pick<ModelCalled, "cost" | "unpriced" | "came_from">): string {
  if (call.came_from === "cache") return "answered before, from the cache: $0";
  if (call.came_from === "recording") return "from a recording: $0";
  return costOf([call]);
}

function because(calls: Priced[]): string {
  const why = calls.find((call) => call.unpriced)?.unpriced;
  return why ? `: ${why}` : "";
}
