/** Which campaign to look at while nobody has chosen one: the one that moves. */

import type { Event } from "@/lib/types";
import type { Threads } from "./log";
import { activeStep, type Thread } from "./thread";
import { campaignToFollow } from "./threads-in-order";

/** The campaign followed from now on: the same for as long as it is at work, then whichever of those just heard of is, the newest first. */
export function nextToFollow(followed: string | null, threads: Threads, news: Event[]): string | null {
  if (followed && threads[followed]?.phase === "started") return followed;
  const moved = [...new Set(news.map((event) => event.thread_id))].flatMap((id) => threads[id] ?? []);
  const [newest] = moved
    .filter((thread) => thread.runId !== "" && thread.phase === "started")
    .sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
  return newest?.id ?? followed;
}

/** What is shown: the one followed while it runs or asks; once it has ended, another that does. */
export function shownOf(followed: string | null, threads: Threads, inOrder: Thread[]): Thread | null {
  const current = followed ? threads[followed] : undefined;
  if (current && activeStep(current)) return current;
  const best = campaignToFollow(inOrder);
  return current && !(best && activeStep(best)) ? current : best;
}

/** The campaigns that begin with these events. */
export const startedIn = (news: Event[]): string[] =>
  news.flatMap(({ seq, thread_id, params: { data } }) => (seq === 1 && data.kind === "lifecycle" && data.phase === "started" ? [thread_id] : []));
