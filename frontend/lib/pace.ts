/** How a pace is said: delivered over planned spend, 1 is on it. */

import { formatPercent } from "./format";

/** Less than this is not told from being on pace. */
const NEAR = 0.02;

export const isOnPace = (pace: number): boolean => Math.abs(pace - 1) < NEAR;

export const paceWords = (pace: number): string =>
  isOnPace(pace) ? "on pace" : `${formatPercent(Math.abs(pace - 1))} ${pace > 1 ? "ahead" : "behind"}`;
