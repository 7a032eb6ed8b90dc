/** Several campaigns on one axis of time: work drawn to scale, stretches in which nobody works folded to a break. */

import type { Attempt, Step, Thread } from "@/lib/events/thread";

export interface Piece {
  step: Step;
  attempt: Attempt;
  /** In percent of the axis. */
  left: number;
  width: number;
}

export interface Pause {
  left: number;
  width: number;
  /** What was waited for: an answer to a question, or another attempt. */
  kind: "answer" | "retry";
  milliseconds: number;
}

export interface Row {
  thread: Thread;
  pieces: Piece[];
  pauses: Pause[];
}

/** A stretch of the axis in which nobody works. */
export interface Fold {
  left: number;
  width: number;
  milliseconds: number;
}

export interface Together {
  rows: Row[];
  folds: Fold[];
  /** Where each stretch of work begins, and when that was. */
  begins: { left: number; at: number }[];
}

interface Span {
  from: number;
  to: number;
}

/** Shorter pauses are drawn as long as they were. */
const FOLD_MS = 3000;
/** All folds together take at most this share of the axis, and one no more than that. */
const [FOLDS_SHARE, FOLD_SHARE] = [0.45, 0.06];
/** A stretch shorter than this is drawn as if it took so long, so that its steps can be told apart. */
const LEAST_MS = 200;

/** By when each began. `now` ends what is still running. */
export function layTogether(threads: Thread[], now: number): Together {
  const inTime = [...threads].sort((a, b) => a.startedAt - b.startedAt || a.id.localeCompare(b.id));
  const stretches = merged(inTime.flatMap((thread) => thread.steps.flatMap((step) => step.attempts.map((attempt) => spanOf(attempt, now)))));
  const { at, folds, begins } = axisOf(stretches);
  const end = Math.max(now, stretches.at(-1)?.to ?? 0);
  const rows = inTime.map((thread) => ({
    thread,
    pieces: thread.steps.flatMap((step) => step.attempts.map((attempt) => ({ step, attempt, ...between(at, spanOf(attempt, now)) }))),
    pauses: thread.steps.flatMap((step) => pausesOf(thread, step, end).map(({ from, to, kind }) => ({ ...between(at, { from, to }), kind, milliseconds: to - from }))),
  }));
  return { rows, folds, begins };
}

function spanOf(attempt: Attempt, now: number): Span {
  const from = attempt.startedAt;
  const ended = attempt.finishedAt ?? (attempt.outcome === "running" ? now : from + (attempt.durationMs ?? 0));
  return { from, to: Math.max(ended, from) };
}

/** Stretches in which somebody works, shorter pauses included. */
function merged(spans: Span[]): Span[] {
  const stretches: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = stretches.at(-1);
    if (last && span.from - last.to <= FOLD_MS) last.to = Math.max(last.to, span.to);
    else stretches.push({ ...span });
  }
  return stretches.map(({ from, to }) => ({ from, to: Math.max(to, from + LEAST_MS) }));
}

function axisOf(stretches: Span[]): { at: (moment: number) => number; folds: Fold[]; begins: Together["begins"] } {
  const gaps = Math.max(stretches.length - 1, 0);
  const fold = gaps ? Math.min(FOLD_SHARE, FOLDS_SHARE / gaps) * 100 : 0;
  const total = stretches.reduce((sum, { from, to }) => sum + to - from, 0) || 1;
  const perMs = (100 - gaps * fold) / total;
  let left = 0;
  const placed = stretches.map(({ from, to }) => {
    const stretch = { from, to, left, right: left + (to - from) * perMs };
    left = stretch.right + fold;
    return stretch;
  });
  const at = (moment: number): number => {
    const last = placed.findLast(({ from }) => from <= moment);
    if (!last) return 0;
    return moment <= last.to ? last.left + (moment - last.from) * perMs : Math.min(last.right + fold / 2, 100);
  };
  return {
    at,
    folds: placed.slice(1).map((stretch, index) => ({
      left: stretch.left - fold, width: fold, milliseconds: stretch.from - (stretches[index]?.to ?? stretch.from),
    })),
    begins: placed.map(({ left: from, from: moment }) => ({ left: from, at: moment })),
  };
}

const between = (at: (moment: number) => number, { from, to }: Span): { left: number; width: number } => ({ left: at(from), width: Math.max(at(to) - at(from), 0) });

/** From the end of each attempt that another follows, or that still asks, to when it goes on. */
function pausesOf(thread: Thread, step: Step, end: number): (Span & { kind: Pause["kind"] })[] {
  return step.attempts.flatMap((attempt, index) => {
    const next = step.attempts[index + 1];
    const from = attempt.finishedAt ?? attempt.startedAt;
    const isAsking = attempt.outcome === "parked" && !next && thread.question !== null;
    if (!next && !isAsking) return [];
    return [{ from, to: Math.max(next?.startedAt ?? end, from), kind: attempt.outcome === "parked" ? "answer" as const : "retry" as const }];
  });
}
