/** Which answers an event has made old: those about what it tells of, and no others. */

import type { Event } from "../types";

export type Key = readonly string[];

/** What a day of the world makes old; a replay that was too long to tell does the same. */
export const ON_DAY: Key[] = [["clock"], ["kpis"], ["trends"], ["signals"], ["delivery"], ["campaigns"], ["campaign"], ["notices"]];

export function agedBy(event: Event): Key[] {
  const id = event.thread_id;
  const story: Key[] = [["campaigns"], ["campaign", id]];
  switch (event.params.data.kind) {
    case "clock.day":
      return ON_DAY;
    case "task":
    case "checkpoint":
    case "model.called":
      return [];
    case "update":
    case "opportunity.detected":
    case "campaign.planned":
    case "creatives.ready":
      return story;
    case "campaign.booked":
    case "media_buy.changed":
      return [...story, ["delivery", id], ["kpis"]];
    case "performance.reported":
      return [...story, ["delivery", id], ["kpis"], ["prompt-results"]];
    case "beliefs.updated":
      return [...story, ["lessons"]];
    // What waits for a person, and how long the clock waits for them.
    case "lifecycle":
    case "input_requested":
    case "input_resolved":
      return [...story, ["kpis"], ["clock"], ["notices"]];
    default:
      // A server newer than this page.
      return [...ON_DAY, ["lessons"], ["prompt-results"]];
  }
}

/** Each key once, and none that another one of them begins. */
export function distinct(keys: Key[]): Key[] {
  const begins = (key: Key, other: Key): boolean => key.length < other.length && key.every((part, index) => other[index] === part);
  const once = [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
  return once.filter((key) => !once.some((other) => begins(other, key)));
}
