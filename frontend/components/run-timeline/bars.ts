/** Where the timeline's bars lie: work drawn to scale, waits for a person or a flight folded to a break of fixed width. */

import type { Attempt, Step } from "@/lib/events/thread";

export interface Bar {
  attempt: Attempt;
  /** In percent of the lane. */
  left: number;
  width: number;
}

export interface Lane {
  step: Step;
  bars: Bar[];
  /** The waits between attempts of this step, in percent; none where it went straight on. */
  waits: Wait[];
}

export interface Wait {
  left: number;
  width: number;
  milliseconds: number;
}

/** Shorter pauses are the machine's own, unless it waited for an answer, or on purpose before it tried again. */
const WAIT_MS = 1500;
const WAIT_SHARE = 0.1;
const SMALLEST_SHARE = 0.012;

export interface Timeline {
  lanes: Lane[];
  /** A round length of time and how long it is drawn, in percent of the lane; none where nothing has taken any time. */
  scale: { milliseconds: number; width: number } | null;
}

/** Steps follow each other, so each bar begins where the one before it ended. */
export function layBars(steps: Step[], now: number): Timeline {
  const pieces = steps.flatMap((step) => step.attempts.map((attempt, index) => ({ step, attempt, index })));
  const lengths = pieces.map(({ attempt }) => lengthOf(attempt, now));
  const total = Math.max(lengths.reduce((sum, value) => sum + value, 0), 1);
  const waits = pieces.map(({ step, index }) => waitBefore(step, index));
  const units = lengths.map((length) => Math.max(length / total, SMALLEST_SHARE));
  const whole = units.reduce((sum, unit) => sum + unit, 0) + waits.filter((wait) => wait > 0).length * WAIT_SHARE;
  const lanes = new Map<string, Lane>();
  let at = 0;
  pieces.forEach(({ step, attempt }, index) => {
    const lane = lanes.get(step.taskId) ?? { step, bars: [], waits: [] };
    lanes.set(step.taskId, lane);
    const wait = waits[index] ?? 0;
    if (wait > 0) {
      lane.waits.push({ left: (at / whole) * 100, width: (WAIT_SHARE / whole) * 100, milliseconds: wait });
      at += WAIT_SHARE;
    }
    const unit = units[index] ?? 0;
    lane.bars.push({ attempt, left: (at / whole) * 100, width: (unit / whole) * 100 });
    at += unit;
  });
  const percentPerMs = 100 / (total * whole);
  const milliseconds = roundLength(SCALE_PERCENT / percentPerMs);
  const isTimed = lengths.some((length) => length > 0);
  return { lanes: [...lanes.values()], scale: isTimed ? { milliseconds, width: milliseconds * percentPerMs } : null };
}

const SCALE_PERCENT = 30;

/** The longest of 1, 2, 5, 10, 20, 50 … milliseconds that is no longer than this. */
function roundLength(milliseconds: number): number {
  const power = 10 ** Math.floor(Math.log10(milliseconds));
  return ([5, 2].find((step) => step * power <= milliseconds) ?? 1) * power;
}

function lengthOf(attempt: Attempt, now: number): number {
  if (attempt.durationMs !== null) return attempt.durationMs;
  return attempt.outcome === "running" && now ? Math.max(now - attempt.startedAt, 0) : 0;
}

function waitBefore(step: Step, index: number): number {
  const [before, attempt] = [step.attempts[index - 1], step.attempts[index]];
  if (!before || !attempt) return 0;
  const wait = attempt.startedAt - (before.finishedAt ?? before.startedAt);
  return before.retrying || before.outcome === "parked" || wait > WAIT_MS ? Math.max(wait, 1) : 0;
}
