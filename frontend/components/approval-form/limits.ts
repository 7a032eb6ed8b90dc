/** What budgets must keep to, and which of those filled in do not. */

import { channelName, channelRecord, formatPence, words } from "@/lib/format";
import type { Channel, Creative } from "@/lib/types";
import { COPY_FIELDS, type Draft, totalOf } from "./draft";

/** As the question brings them, `BudgetLimits` of the server. */
export interface BudgetLimits {
  available: number;
  channels: { channel: Channel; minimum: number; maximum: number }[];
}

export interface BudgetProblems {
  /** Per channel, in a sentence. */
  channels: Record<string, string>;
  total: string | null;
}

export function budgetProblems(draft: Draft, limits: BudgetLimits | null): BudgetProblems {
  const of = new Map((limits?.channels ?? []).map((channel) => [channel.channel as string, channel] as const));
  const channels: Record<string, string> = {};
  for (const [channel, text] of Object.entries(draft.budgets)) {
    const bounds = of.get(channel);
    const amount = Number(text);
    if (text.trim() === "" || !Number.isFinite(amount) || amount < 0) channels[channel] = "An amount in pounds; 0 leaves the channel out.";
    else if (bounds && amount > 0 && amount < bounds.minimum) channels[channel] = `${formatPence(bounds.minimum)} is its smallest order; 0 leaves the channel out.`;
    else if (bounds && amount > bounds.maximum) channels[channel] = `${formatPence(bounds.maximum)} is the most it can deliver in this flight.`;
  }
  const total = totalOf(draft);
  if (total === 0) return { channels, total: "Nothing would be booked: reject it instead." };
  if (limits && total > limits.available) return { channels, total: `${formatPence(total - limits.available)} more than this campaign may spend.` };
  return { channels, total: null };
}

/** The first words that are too long for their ad's channel, in a sentence; null where all fit. */
export function tooLong(draft: Draft, creatives: Creative[]): string | null {
  for (const { id, channel } of creatives) {
    for (const name of COPY_FIELDS) {
      const most = channelRecord(channel)?.text[name] ?? Infinity;
      const over = (draft.copy[id]?.[name].trim().length ?? 0) - most;
      if (over > 0) return `${channelName(channel)}: the ${words(name).toLowerCase()} is ${over} ${over === 1 ? "character" : "characters"} too long for its ${most}.`;
    }
  }
  return null;
}

/** The first problem as the form's foot says it; null when there is none. */
export function firstProblem({ channels, total }: BudgetProblems): string | null {
  const [channel, problem] = Object.entries(channels)[0] ?? [];
  return channel && problem ? `${channelName(channel)}: ${problem}` : total;
}
