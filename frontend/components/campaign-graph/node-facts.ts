import { activeStep, outcomeOf, type Standing, type Step, type Thread, workOf } from "@/lib/events/thread";

/** What the graph says of one node, over all its visits. */
export interface NodeFacts {
  node: string;
  outcome: Standing | "not reached";
  /** How it is said that it has not run: another future has what came before it from what happened. */
  unreached: string;
  visits: number;
  /** Attempts over all visits that were not answers to a question. */
  attempts: number;
  durationMs: number | null;
  isActive: boolean;
  endedHere: boolean;
  newest: Step | null;
}

export function factsOf(node: string, thread: Thread | null): NodeFacts {
  const steps = thread?.steps.filter((step) => step.node === node) ?? [];
  const newest = steps.at(-1) ?? null;
  const active = thread ? activeStep(thread) : null;
  const work = steps.map(workOf).filter((value) => value !== null);
  return {
    node,
    outcome: newest ? outcomeOf(newest) : "not reached",
    unreached: thread?.isFork ? "Not run here" : "Not reached",
    visits: steps.length,
    attempts: steps.reduce((sum, step) => sum + triesOf(step), 0),
    durationMs: work.length ? work.reduce((sum, value) => sum + value, 0) : null,
    isActive: newest !== null && active?.taskId === newest.taskId,
    endedHere: thread?.edges.some((edge) => edge.source === node && edge.target === "__end__") ?? false,
    newest,
  };
}

/** How often a step was tried: the answer to its own question carries a try on, and what was kept is no new one. */
export function triesOf(step: Step): number {
  const worked = step.attempts.filter((attempt) => !attempt.cached);
  const tries = worked.filter((_, index) => index === 0 || worked[index - 1]?.outcome !== "parked");
  return Math.max(tries.length, worked.at(-1)?.number ?? 1);
}

/** How often a node was gone through, where that was not once. */
export function repeatsOf(facts: NodeFacts): string {
  if (facts.attempts > facts.visits) return `${facts.attempts} attempts`;
  return facts.visits > 1 ? `${facts.visits} visits` : "";
}
