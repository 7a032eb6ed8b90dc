/** A decision whose answer has not come: kept in this tab, beyond a reload, until it is known what became of it. */

import { isUnanswered, newKey, postOnce, Problem } from "@/lib/api";
import type { Json } from "@/lib/types";

export interface Unanswered<Told = unknown> {
  interruptId: string;
  /** The same as long as the same is asked: sent again it decides nothing twice, and is answered as the first time. */
  key: string;
  answer: Json;
  /** What is told once it has been taken. */
  told: Told;
}

const place = (campaignId: string): string => `tescosense.sent.${campaignId}`;

export function unansweredOf<Told>(campaignId: string): Unanswered<Told> | null {
  const text = sessionStorage.getItem(place(campaignId));
  return text ? (JSON.parse(text) as Unanswered<Told>) : null;
}

/** Noted before it is sent: whatever happens then, it can be asked what came of it. */
export function noteSent(campaignId: string, sent: Omit<Unanswered, "key">): Unanswered {
  const before = unansweredOf(campaignId);
  const isSame = before?.interruptId === sent.interruptId && JSON.stringify(before.answer) === JSON.stringify(sent.answer);
  const noted = { ...sent, key: isSame ? before.key : newKey() };
  sessionStorage.setItem(place(campaignId), JSON.stringify(noted));
  return noted;
}

export function forgetSent(campaignId: string): void {
  sessionStorage.removeItem(place(campaignId));
}

/** Whether it was refused because the question is over, or can only be rejected by now. */
export const cameLate = (error: unknown): boolean => error instanceof Problem && (error.code === "already_decided" || error.code === "too_late");

/** What became of what was filled in here, where it was not that which decided. */
export const ofYours = (asked: string | null, isLate: boolean, wasOpen: boolean): string =>
  asked ?? (isLate ? "Yours came after that and was not taken." : wasOpen ? "Nothing of yours was sent." : "");

const underWay = new Map<string, Promise<void>>();

/** Forgotten as soon as it is answered, taken or refused. Who asks while it is under way waits for that. */
export function sendDecision(campaignId: string, sent: Unanswered): Promise<void> {
  const before = underWay.get(sent.key);
  if (before) return before;
  const sending = send(campaignId, sent).finally(() => underWay.delete(sent.key));
  underWay.set(sent.key, sending);
  return sending;
}

async function send(campaignId: string, { interruptId, key, answer }: Unanswered): Promise<void> {
  try {
    await postOnce(`/campaigns/${campaignId}/decisions`, { interrupt_id: interruptId, answer }, key);
    forgetSent(campaignId);
  } catch (error) {
    if (!isUnanswered(error)) forgetSent(campaignId);
    throw error;
  }
}
