/** What a person has filled in so far, and the answer it makes. */

import { NO_WISHES, type Wishes } from "@/components/gate/wishes";
import type { CampaignPlan, Creative, Json, JsonObject } from "@/lib/types";

export interface CopyDraft {
  headline: string;
  body: string;
  call_to_action: string;
}

export const COPY_FIELDS = ["headline", "body", "call_to_action"] as const;

export interface Draft {
  budgets: Record<string, string>;
  copy: Record<string, CopyDraft>;
  reason: string;
  wishes: Wishes;
  decidedBy: string;
  /** Fields of the schema this page has no picture of its own for. */
  others: JsonObject;
}

export function newDraft(plan: CampaignPlan, creatives: Creative[], decidedBy: string, wishes = NO_WISHES): Draft {
  return {
    budgets: Object.fromEntries(plan.allocations.map(({ channel, budget }) => [channel, budget.toFixed(2)])),
    copy: Object.fromEntries(
      creatives.map(({ id, headline, body, call_to_action }) => [id, { headline, body, call_to_action }]),
    ),
    reason: "", wishes, decidedBy, others: {},
  };
}

const pennies = (text: string): number => Math.round(Number(text) * 100);

export function budgetEdits(draft: Draft, plan: CampaignPlan): { channel: string; budget: number }[] {
  return plan.allocations.flatMap(({ channel, budget }) => {
    const text = draft.budgets[channel] ?? "";
    const isChanged = text.trim() !== "" && pennies(text) !== Math.round(budget * 100);
    return isChanged ? [{ channel, budget: pennies(text) / 100 }] : [];
  });
}

export function copyEdits(draft: Draft, creatives: Creative[]): JsonObject[] {
  return creatives.flatMap((creative) => {
    const copy = draft.copy[creative.id];
    const changed = COPY_FIELDS.filter((field) => copy && copy[field].trim() !== creative[field]);
    if (!copy || !changed.length) return [];
    return [{ creative_id: creative.id, ...Object.fromEntries(changed.map((field) => [field, copy[field].trim()])) }];
  });
}

export function totalOf(draft: Draft): number {
  return Object.values(draft.budgets).reduce((sum, text) => sum + (Number.isFinite(Number(text)) ? pennies(text) : 0), 0) / 100;
}

/** The answer to the question: an edit as soon as a budget or a word differs. */
export function answerOf(draft: Draft, plan: CampaignPlan, creatives: Creative[], decision: "approve" | "send_back" | "reject"): Json {
  const [budgets, copy] = [budgetEdits(draft, plan), copyEdits(draft, creatives)];
  const isEdit = decision === "approve" && (budgets.length > 0 || copy.length > 0);
  return {
    ...draft.others,
    decision: isEdit ? "edit" : decision,
    reason: draft.reason.trim(),
    decided_by: draft.decidedBy.trim(),
    ...(isEdit ? { budgets, copy_edits: copy } : {}),
    ...(decision === "send_back" ? { leave_out: draft.wishes.leaveOut, at_most: draft.wishes.atMost.trim() === "" ? null : pennies(draft.wishes.atMost) / 100 } : {}),
  };
}

/** What was decided, and what it was decided on. */
export interface Decided {
  word: string;
  decision: "approve" | "send_back" | "reject";
  /** Whether the rules objected to its words, so that it comes back to the gate. */
  isHeldBack: boolean;
  /** The budgets that were changed. */
  budgets: { channel: string; budget: number }[];
  /** What was approved, in pounds; null where nothing was. */
  total: number | null;
  /** The plan that would be booked, where it was known by then. */
  plan: CampaignPlan | null;
}

/** Whether the plan has these budgets, to the penny; a channel it has not got has none. */
export const hasBudgets = (plan: CampaignPlan, budgets: { channel: string; budget: number }[]): boolean =>
  budgets.every(({ channel, budget }) => {
    const planned = plan.allocations.find((one) => one.channel === channel)?.budget ?? 0;
    return Math.round(planned * 100) === Math.round(budget * 100);
  });
