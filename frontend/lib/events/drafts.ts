/** Answers while a model gives them: how far each has come. They are shown, and never history. */

import type { AnswerDraft, Event } from "@/lib/types";

/** By thread, in the order they were begun. */
export type Drafts = Readonly<Record<string, readonly AnswerDraft[]>>;

/** What a server tells has all of its answer: it takes the place of what was told of the same call, and of an ad that is written anew. */
export function withDraft(drafts: Drafts, told: AnswerDraft): Drafts {
  const known = drafts[told.thread_id] ?? [];
  const isSame = (draft: AnswerDraft): boolean => draft.call_id === told.call_id;
  if (told.state === "taken_back") return { ...drafts, [told.thread_id]: known.filter((draft) => !isSame(draft)) };
  const next = known.some(isSame)
    ? known.map((draft) => (isSame(draft) ? told : draft))
    : [...known.filter((draft) => draft.node !== told.node || draft.channel !== told.channel), told];
  return { ...drafts, [told.thread_id]: next };
}

/** Where an attempt at a node has ended, what it gave stands in the events, and what it had begun is no more. */
export function withoutFinished(drafts: Drafts, events: readonly Event[]): Drafts {
  let left = drafts;
  for (const { thread_id: id, params: { data } } of events) {
    const known = left[id];
    if (data.kind === "task" && data.phase === "finish" && known?.some((draft) => draft.node === data.node)) {
      left = { ...left, [id]: known.filter((draft) => draft.node !== data.node) };
    }
  }
  return left;
}
