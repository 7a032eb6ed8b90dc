/** How a pace is said: delivered over planned spend, 1 is on it. */

import { formatDayShort, formatPercent, formatPounds } from "./format";
import type { FlightPace, Pacing } from "./types";

/** Less than this is not told from being on pace. */
const NEAR = 0.02;

export const isOnPace = (pace: number): boolean => Math.abs(pace - 1) < NEAR;

export const paceWords = (pace: number): string =>
  isOnPace(pace) ? "on pace" : `${formatPercent(Math.abs(pace - 1))} ${pace > 1 ? "ahead" : "behind"}`;

/** A running flight in a sentence: what is spent, of how much, and what it will be at its end. */
export function spendWords({ charged, committed, estimate, flight }: FlightPace): string {
  if (charged === null || flight === null) return "The ad platform does not tell what it has delivered";
  const end = formatDayShort(flight.end);
  const spent = `${formatPounds(charged)} of ${formatPounds(committed)} spent`;
  return estimate === null ? `${spent}; too early to say what it will be by ${end}` : `${spent}; heading for ${formatPounds(estimate)} by ${end}`;
}

/** All running flights in the sentence of one. */
export function wholeWords({ charged, committed, estimate }: Pick<Pacing, "charged" | "committed" | "estimate">): string {
  const spent = `${formatPounds(charged)} of ${formatPounds(committed)} spent`;
  return estimate === null ? spent : `${spent}; heading for ${formatPounds(estimate)}`;
}

/** Beside what it was to have spent by then, over the days that are told in full. */
export function planWords({ spent, planned, through }: FlightPace): string {
  return through === null ? "" : `To ${formatDayShort(through)}: ${formatPounds(spent)} spent, ${formatPounds(planned)} planned`;
}
