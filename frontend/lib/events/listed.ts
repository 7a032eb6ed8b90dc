/** The campaigns there are, as lists of them show them: as the server has them, and as events have told since. */

import { named } from "@/lib/format";
import type { CampaignRecord } from "@/lib/types";
import type { Threads } from "./log";
import type { Thread } from "./thread";

export interface Listed {
  id: string;
  /** What it is called; empty while it is being sensed. */
  called: string;
  /** The day of the simulated world on which it was sensed; empty before that. */
  worldDay: string;
  status: string;
  startedAt: number;
  updatedAt: number;
}

/** How a thread stands, as a campaign status. */
export function threadStatus(thread: Thread): string {
  if (thread.phase === "started") return "RUNNING";
  if (thread.phase === "failed") return "FAILED";
  return thread.status;
}

/** What needs a person first, then the newest. Where both tell of a campaign, events are ahead. Another future, which never
 * happened, is listed where its row is given: the server's list has none. */
export function listed(rows: readonly CampaignRecord[], threads: Threads): Listed[] {
  const named = new Map(rows.map((row) => [row.id, row]));
  const told = Object.values(threads)
    .filter((thread) => thread.runId !== "" && (!thread.isFork || named.has(thread.id)))
    .map((thread) => ({
      id: thread.id, called: calledOf(thread, named.get(thread.id)), worldDay: thread.worldDay || named.get(thread.id)?.detected_on || "",
      status: threadStatus(thread),
      startedAt: thread.startedAt, updatedAt: thread.updatedAt,
    }));
  const stored = rows
    .filter((row) => !threads[row.id])
    .map((row) => ({
      id: row.id, called: row.category ? row.called : "", worldDay: row.detected_on ?? "", status: row.status,
      startedAt: Date.parse(row.created_at), updatedAt: Date.parse(row.updated_at),
    }));
  return [...told, ...stored].sort((a, b) => rank(a) - rank(b) || b.startedAt - a.startedAt || b.id.localeCompare(a.id));
}

/** Its row is of a moment ago, and may have been asked for before it had a plan. */
const calledOf = (thread: Thread, row?: CampaignRecord): string => (row?.category ? row.called : thread.category ? named(thread.category) : "");

const AT_WORK = ["RUNNING", "SENSING", "PLANNED"];
const AT_THE_GATE = 1;
const [IN_FLIGHT, OVER] = [2, 3];

function rank({ status }: Listed): number {
  if (AT_WORK.includes(status)) return 0;
  if (status === "AWAITING_APPROVAL") return AT_THE_GATE;
  return status === "ACTIVE" ? IN_FLIGHT : OVER;
}

/** Whether it runs or asks. */
export const isLively = (one: Listed): boolean => rank(one) < OVER;

/** How far each way of ending has come, the furthest first: there is most to see. */
const FURTHEST = ["COMPLETED", "CANCELED", "SHADOWED", "LAPSED", "REJECTED", "REFUSED", "WAITING", "NOT_WORTH_SPENDING"];
const NEWEST = 8;

/** The campaign to look at when none is chosen: the one at work, or the one that went furthest of the newest. */
export function toFollow(inOrder: Listed[]): Listed | null {
  const lively = inOrder.find(isLively);
  if (lively) return lively;
  const far = ({ status }: Listed): number => (FURTHEST.includes(status) ? FURTHEST.indexOf(status) : FURTHEST.length);
  return inOrder.slice(0, NEWEST).reduce<Listed | null>((best, one) => (!best || far(one) < far(best) ? one : best), null);
}
