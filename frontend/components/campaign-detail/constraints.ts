/** What the budgets were decided by, in words: `minimum_order:paid_social` is the smallest order on paid social. */

import { channelName, words } from "@/lib/format";

const OF_A_CHANNEL: Record<string, string> = {
  minimum_order: "smallest order on",
  delivery_capacity: "most that can be delivered on",
  channel_share: "largest share for",
  law: "law on",
  left_out: "wish to leave out",
};
const WHOLE: Record<string, string> = {
  asked_budget: "the budget asked for",
  total_budget: "what this campaign may spend",
  daily_budget: "the daily limit",
  marginal_return: "the next pound would not earn itself back",
};

export function constraintWords(names: string[]): string {
  const told = names.map((name) => {
    const [rule = "", of = ""] = name.split(/:(.*)/s);
    if (rule === "edited") return `budgets of ${of}`;
    return OF_A_CHANNEL[rule] ? `${OF_A_CHANNEL[rule]} ${channelName(of).toLowerCase()}` : (WHOLE[rule] ?? words(name).toLowerCase());
  });
  const text = told.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
