/** Admits events to the fold so that each thread's `seq` runs without a gap and nothing counts twice. */

import type { Event } from "@/lib/types";
import { foldThread } from "./fold";
import type { Thread } from "./thread";

export type Threads = Readonly<Record<string, Thread>>;

export interface Admitted {
  threads: Threads;
  /** The events that were new, in order. */
  applied: Event[];
  /** A thread of which an event is missing: the stream has to be taken up again from its `seq`. */
  gap: string | null;
  /** Events of threads whose past has not been read: to be admitted once it has, where it is wanted. */
  early: Event[];
}

/**
 * Fold what is new. An event already known is dropped. One that comes too early stops its thread there and is
 * reported as a gap. While history is being replayed, a thread not yet known may begin at any `seq`, because its
 * oldest events may have been trimmed; afterwards one that begins later has a past that was left out of the replay.
 */
export function admit(threads: Threads, events: Event[], replaying: boolean): Admitted {
  const batches = new Map<string, Event[]>();
  const heads = new Map<string, number>();
  const early: Event[] = [];
  let gap: string | null = null;
  for (const event of events) {
    const id = event.thread_id;
    const head = heads.get(id) ?? threads[id]?.seq ?? 0;
    if (!replaying && head === 0 && event.seq > 1) {
      early.push(event);
      continue;
    }
    if (event.seq <= head) continue;
    const mayBegin = replaying && head === 0;
    if (event.seq !== head + 1 && !mayBegin) {
      gap ??= id;
      continue;
    }
    heads.set(id, event.seq);
    const batch = batches.get(id);
    if (batch) batch.push(event);
    else batches.set(id, [event]);
  }
  if (!batches.size) return { threads, applied: [], gap, early };
  const next: Record<string, Thread> = { ...threads };
  const applied: Event[] = [];
  for (const [id, batch] of batches) {
    next[id] = foldThread(threads[id], batch);
    applied.push(...batch);
  }
  return { threads: next, applied, gap, early };
}

/** Per thread, the last `seq` folded in: what a socket's hello tells the server. */
export function positions(threads: Threads): Record<string, number> {
  return Object.fromEntries(Object.entries(threads).map(([id, thread]) => [id, thread.seq]));
}

/** Without the threads that ended longest ago and nobody looks at, so that a page open for weeks holds `most` and no more. */
export function kept(threads: Threads, most: number, isWanted: (id: string) => boolean): Threads {
  const all = Object.values(threads);
  if (all.length <= most) return threads;
  const ended = all.filter((thread) => thread.phase !== "started" && !isWanted(thread.id)).sort((a, b) => a.updatedAt - b.updatedAt);
  const left = new Set(ended.slice(0, all.length - most).map((thread) => thread.id));
  return left.size ? Object.fromEntries(all.filter((thread) => !left.has(thread.id)).map((thread) => [thread.id, thread])) : threads;
}
