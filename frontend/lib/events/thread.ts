import type { Event, EventData, JsonObject, ModelCalled } from "@/lib/types";

/** What became of one run of a step. */
export type Outcome = "running" | "done" | "parked" | "failed" | "interrupted";
/** How a step stands: between two attempts it neither runs nor has failed. */
export type Standing = Outcome | "retrying";

/** One run of a node's task: a retry, or the same question answered, is another attempt of the same step. */
export interface Attempt {
  number: number;
  runId: string;
  startedAt: number;
  finishedAt: number | null;
  durationMs: number | null;
  outcome: Outcome;
  error: string | null;
  /** It failed, and another attempt follows by itself. */
  retrying: boolean;
  /** The node did not run: what it gave before was kept and used. */
  cached: boolean;
  inputTokens: number;
  outputTokens: number;
}

/** One visit to a node: LangGraph's task. */
export interface Step {
  taskId: string;
  node: string;
  /** Which visit to this node within the campaign, from 1. */
  visit: number;
  /** What LangGraph says set it off, in its own words. */
  triggers: string[];
  attempts: Attempt[];
  calls: ModelCalled[];
  update: JsonObject | null;
  checkpointId: string | null;
}

/** A way the campaign really went, told by two checkpoints and what finished between them. */
export interface TakenEdge {
  source: string;
  target: string;
  /** Parent checkpoint and step: the same crossing told twice is one. */
  key: string;
}

export interface OpenQuestion {
  interruptId: string;
  node: string;
  payload: JsonObject;
  responseSchema: JsonObject;
  askedAt: number;
}

export type Phase = "started" | "parked" | "completed" | "failed";

/** Everything the events say of one campaign. */
export interface Thread {
  id: string;
  /** The last event folded in; the next must be one more. */
  seq: number;
  phase: Phase;
  status: string;
  reason: string;
  runId: string;
  steps: Step[];
  edges: TakenEdge[];
  question: OpenQuestion | null;
  /** Whether it is another future of a campaign, which never happened. */
  isFork: boolean;
  headline: string;
  category: string;
  /** The day of the simulated world on which it was sensed, `2026-11-05`; empty before that. */
  worldDay: string;
  startedAt: number;
  updatedAt: number;
  checkpointId: string | null;
  finishedSinceCheckpoint: string[];
  events: Event[];
  facts: Facts;
}

type FactOf<Kind extends EventData["kind"]> = Extract<EventData, { kind: Kind }> | null;

/** The newest of each of the campaign's own events. */
export interface Facts {
  planned: FactOf<"campaign.planned">;
  booked: FactOf<"campaign.booked">;
  reported: FactOf<"performance.reported">;
  learned: FactOf<"beliefs.updated">;
}

/** Whether a run begins of another future, which never happens. Houses from before said it of its first start alone, as its reason. */
export const beginsFork = (data: EventData): boolean =>
  data.kind === "lifecycle" && data.phase === "started" && (data.is_fork === true || data.reason === "fork");

export function newThread(id: string, at: number): Thread {
  return {
    id, seq: 0, phase: "started", status: "", reason: "", runId: "", steps: [], edges: [], question: null,
    isFork: false, headline: "", category: "", worldDay: "", startedAt: at, updatedAt: at, checkpointId: null, finishedSinceCheckpoint: [],
    events: [], facts: { planned: null, booked: null, reported: null, learned: null },
  };
}

export const lastAttempt = (step: Step): Attempt | undefined => step.attempts.at(-1);

export function outcomeOf(step: Step): Standing {
  const last = lastAttempt(step);
  return last?.retrying ? "retrying" : (last?.outcome ?? "running");
}

/** Milliseconds of work in all attempts; waiting between them is not counted. */
export function workOf(step: Step): number | null {
  const known = step.attempts.map((attempt) => attempt.durationMs).filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) : null;
}

/** The step the campaign is at: running, about to be tried again, or parked with a question. */
export function activeStep(thread: Thread): Step | null {
  const newest = thread.steps.at(-1);
  if (!newest) return null;
  const outcome = outcomeOf(newest);
  const isAtWork = outcome === "running" || outcome === "retrying";
  return isAtWork || (outcome === "parked" && thread.question !== null) ? newest : null;
}

/** The step to look at when none is chosen: the one it is at, the one it failed in, or the newest. */
export function stepToShow(thread: Thread): Step | undefined {
  const failed = thread.phase === "failed" ? thread.steps.findLast((step) => outcomeOf(step) === "failed") : undefined;
  return activeStep(thread) ?? failed ?? thread.steps.at(-1);
}

export const isFinal = (thread: Thread): boolean => thread.phase === "completed" || thread.phase === "failed";
