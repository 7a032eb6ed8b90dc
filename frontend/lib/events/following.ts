/** Which campaign to look at while nobody has chosen one: the one that moves. */

import type { Event } from "@/lib/types";
import { isLively, type Listed, toFollow } from "./listed";
import type { Threads } from "./log";
import { beginsFork } from "./thread";

/** The campaign followed from now on: the same for as long as it is at work, then whichever of those just heard of is, the newest first. None
 * that never happened. */
export function nextToFollow(followed: string | null, threads: Threads, news: Event[]): string | null {
  if (followed && threads[followed]?.phase === "started") return followed;
  const at = new Map<string, number>();
  for (const event of news) {
    const { thread_id: id, params: { data, timestamp } } = event;
    const thread = threads[id];
    if (thread?.isFork) continue;
    // Of a campaign that has not been looked at, only what is heard now is known.
    if (thread ? thread.runId !== "" && thread.phase === "started" : data.kind === "lifecycle" && data.phase === "started" && !beginsFork(data)) {
      at.set(id, thread?.startedAt ?? Date.parse(timestamp));
    } else if (data.kind === "lifecycle") at.delete(id);
  }
  const [newest] = [...at].sort(([one, a], [other, b]) => b - a || other.localeCompare(one));
  return newest?.[0] ?? followed;
}

/** What is shown: the one followed while it runs or asks; once it has ended, another that does. */
export function shownOf(followed: string | null, inOrder: Listed[]): string | null {
  const current = inOrder.find((one) => one.id === followed);
  if (followed && (!current || isLively(current))) return followed;
  const best = toFollow(inOrder);
  return current && !(best && isLively(best)) ? current.id : (best?.id ?? null);
}

/** The campaigns that begin with these events. Another future of one that was is no new campaign. */
export const startedIn = (news: Event[]): string[] =>
  news.flatMap(({ seq, thread_id, params: { data } }) => (seq === 1 && data.kind === "lifecycle" && data.phase === "started" && !beginsFork(data) ? [thread_id] : []));
