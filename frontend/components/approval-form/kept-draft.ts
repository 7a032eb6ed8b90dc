/** A draft outlives its page: it is kept by question until that is decided, in this tab alone. */

import type { Draft } from "./draft";

const place = (interruptId: string): string => `tescosense.draft.${interruptId}`;

export function keepDraft(interruptId: string, draft: Draft): void {
  sessionStorage.setItem(place(interruptId), JSON.stringify(draft));
}

export function dropDraft(interruptId: string): void {
  sessionStorage.removeItem(place(interruptId));
}

/** What was kept, laid over a fresh draft: a field the question no longer has, or has got since, is the fresh one's. */
export function keptDraft(interruptId: string, fresh: Draft): Draft {
  const text = sessionStorage.getItem(place(interruptId));
  if (!text) return fresh;
  const kept = JSON.parse(text) as Partial<Draft>;
  const known = <Value>(of: Record<string, Value>, found: Record<string, Value> | undefined): Record<string, Value> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, found?.[name] ?? value]));
  return {
    budgets: known(fresh.budgets, kept.budgets), copy: known(fresh.copy, kept.copy), reason: kept.reason ?? "", wishes: kept.wishes ?? fresh.wishes,
    decidedBy: kept.decidedBy || fresh.decidedBy, others: kept.others ?? {},
  };
}
