import { activeStep, type Thread } from "./thread";
import type { Threads } from "./log";

/** The campaigns among the threads (the clock's own thread has no steps), what needs a person first, then the newest. */
export function campaignsInOrder(threads: Threads): Thread[] {
  return Object.values(threads)
    .filter((thread) => thread.runId !== "")
    .sort((a, b) => rank(a) - rank(b) || b.startedAt - a.startedAt || b.id.localeCompare(a.id));
}

function rank(thread: Thread): number {
  if (thread.phase === "started") return 0;
  if (thread.question?.node === "approval") return 1;
  return thread.question ? 2 : 3;
}

/** The campaign to look at when none is chosen: the one at work, or the one that went furthest of the newest. */
export function campaignToFollow(inOrder: Thread[]): Thread | null {
  const lively = inOrder.find((thread) => activeStep(thread) !== null);
  if (lively) return lively;
  const newest = inOrder.slice(0, 8);
  return newest.reduce<Thread | null>((best, thread) => (!best || thread.steps.length > best.steps.length ? thread : best), null);
}

/** How a thread stands, as a campaign status. */
export function threadStatus(thread: Thread): string {
  if (thread.phase === "started") return "RUNNING";
  if (thread.phase === "failed") return "FAILED";
  return thread.status;
}
