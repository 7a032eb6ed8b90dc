/** Which answers an event has made old: those about what it tells of, and no others. */

import type { Event } from "../types";

export type Key = readonly string[];

/** What a day of the world makes old; a replay that was too long to tell does the same. */
export const ON_DAY: Key[] = [["clock"], ["kpis"], ["trends"], ["signals"], ["delivery"], ["campaigns"], ["campaign"], ["notices"]];

/** What every list says of a campaign: where it stands, when it last moved. */
const ROWS: Key[] = [["campaigns", "all"], ["campaigns", "pages"], ["campaigns", "found"]];
/** What is chosen by a status or a word may be others with every step of a campaign, and come to another sum with them. */
const CHOSEN: Key = ["campaigns", "totals", "chosen"];
const TOTALS: Key[] = [["campaigns", "totals"]];
/** What lists can be narrowed down by: a campaign has its regions by its opportunity, its category by its plan at the latest. */
const CHOICES: Key = ["campaigns", "choices"];
const PACING: Key = ["campaigns", "pacing"];
/** What waits for a person. */
const WAITING: Key[] = [["campaigns", "waiting"], ["notices"]];

export function agedBy(event: Event): Key[] {
  const id = event.thread_id;
  const detail: Key = ["campaign", id];
  const story: Key[] = [...ROWS, detail];
  const { data } = event.params;
  switch (data.kind) {
    case "clock.day":
      return ON_DAY;
    case "task":
    case "checkpoint":
    case "model.called":
      return [];
    case "update":
      return [...story, CHOSEN, ...stoodOrStands(data.node, data.update.status)];
    case "opportunity.detected":
    case "campaign.planned":
      return [...story, ...TOTALS, CHOICES];
    case "creatives.ready":
      return [...story, CHOSEN];
    case "campaign.booked":
    case "media_buy.changed":
      return [...story, ...TOTALS, PACING, ["delivery", id], ["kpis"]];
    case "performance.reported":
      return [...story, ...TOTALS, PACING, ["delivery", id], ["kpis"], ["prompt-results"]];
    case "beliefs.updated":
      return [...story, ...TOTALS, PACING, ["lessons"]];
    case "lifecycle":
      // One that begins may be new to every list; one that broke outside its steps is told of by nothing else.
      return [...story, ...(data.phase === "started" ? TOTALS : [CHOSEN, ...WAITING]), ...(data.phase === "failed" ? [PACING] : []), ["kpis"], ["clock"]];
    // What waits for a person, and how long the clock waits for them.
    case "input_requested":
    case "input_resolved":
      return [detail, ...WAITING, ["kpis"], ["clock"]];
    default:
      // A server newer than this page.
      return [...ON_DAY, ["lessons"], ["prompt-results"]];
  }
}

/** Of the lists of what waits and of what runs, those a step may have put a campaign on or taken it from. */
function stoodOrStands(node: string, status: unknown): Key[] {
  const isBroken = status === "FAILED";
  return [
    ...(isBroken || node === "approval" || status === "AWAITING_APPROVAL" ? WAITING : []),
    ...(isBroken || status === "ACTIVE" ? [PACING] : []),
  ];
}

/** Each key once, and none that another one of them begins. */
export function distinct(keys: readonly Key[]): Key[] {
  const begins = (key: Key, other: Key): boolean => key.length < other.length && key.every((part, index) => other[index] === part);
  const once = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  return once.filter((key) => !once.some((other) => begins(other, key)));
}
