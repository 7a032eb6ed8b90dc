/** What models cost, in words: what is not known is never said to be nothing. */

import { formatDayShort, formatDollars } from "@/lib/format";
import type { AskedForMoney, Json, Kpis, ModelCalled } from "@/lib/types";
import { lastDay } from "@/lib/world-days";

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

export interface AskedSpend {
  limit: number | null;
  spent: number | null;
  /** To type in: rounded up, so that it is enough. */
  atLeast: string;
}

/** The figures of a question about what the model may cost; whatever of them is missing is left out. */
export function askedSpend(payload: Json): AskedSpend {
  const asked = typeof payload === "object" && payload !== null && !Array.isArray(payload) ? payload : {};
  const figure = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);
  const least = figure(asked.at_least);
  return { limit: figure(asked.limit), spent: figure(asked.spent), atLeast: least === null ? "more" : `$${(Math.ceil(least * 10_000) / 10_000).toFixed(4)}` };
}

/** What waits for a person: how many in all and, where some ask for money, how many of each kind. */
export function whatWaits(kpis: Pick<Kpis, "open_approvals" | "asked_for_money"> | undefined): { count: number; told: string } {
  const { open_approvals: open = 0, asked_for_money: asking = 0 } = kpis ?? {};
  const proposals = open ? `${open} ${open === 1 ? "proposal" : "proposals"}, ` : "";
  const told = asking ? `${proposals}${asking} ${asking === 1 ? "asks" : "ask"} for money` : open ? "waiting for you" : "none waiting";
  return { count: open + asking, told };
}

/** Of a campaign that stands still: what its model has cost, who may answer, until when, and what becomes of it if nobody does. */
export function moneyAsked(one: Omit<AskedForMoney, "campaign" | "interrupt_id">): { cost: string; who: string; until: string; undecided: string } {
  const last = one.decide_before ? formatDayShort(lastDay(one.decide_before)) : null;
  return {
    cost: `Its chat model has cost at most ${formatDollars(one.spent)} of the ${formatDollars(one.limit)} it may, and the next question could go past that.`,
    who: `An ${one.answered_by} may raise the limit, go on with template copy, or stop it.`,
    until: !one.is_open ? "Its flight has begun" : last ? `Decide by ${last}` : "No deadline",
    undecided: last && one.is_open ? `Undecided by the end of ${last}, it goes on with template copy.` : "Until then it stands still.",
  };
}
