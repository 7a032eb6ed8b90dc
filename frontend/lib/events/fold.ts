/** From events to what is shown. Pure: the same events always give the same thread, however they were batched. */

import type { Event, EventData, JsonObject } from "@/lib/types";
import { type Attempt, beginsFork, lastAttempt, newThread, type Outcome, outcomeOf, type Step, type Thread } from "./thread";

/** LangGraph's error handler is a node of its own to LangGraph, and none to anyone else. */
const isHidden = (node: string): boolean => node.startsWith("__");

/** Fold the events of one thread in, in order. Each must carry the next `seq`; the caller sees to that. */
export function foldThread(before: Thread | undefined, events: Event[]): Thread {
  const first = events[0];
  if (!first) throw new Error("foldThread needs at least one event");
  const start = before ?? newThread(first.thread_id, Date.parse(first.params.timestamp));
  const thread: Thread = { ...start, steps: [...start.steps], events: start.events.concat(events) };
  for (const event of events) {
    const at = Date.parse(event.params.timestamp);
    apply(thread, event.params.data, at);
    thread.seq = event.seq;
    thread.updatedAt = at;
  }
  return thread;
}

function apply(thread: Thread, data: EventData, at: number): void {
  switch (data.kind) {
    case "lifecycle":
      return lifecycle(thread, data);
    case "task":
      return data.phase === "start" ? start(thread, data, at) : finish(thread, data, at);
    case "update":
      return update(thread, data.node, data.update as JsonObject);
    case "checkpoint":
      return checkpoint(thread, data);
    case "model.called":
      return change(thread, findStep(thread, data.node), (step) => ({ ...step, calls: [...step.calls, data] }));
    case "input_requested":
      thread.question = {
        interruptId: data.interrupt_id,
        node: data.node,
        payload: data.payload as JsonObject,
        responseSchema: data.response_schema as JsonObject,
        askedAt: at,
      };
      return;
    case "input_resolved":
      thread.question = null;
      return;
    case "opportunity.detected":
      thread.headline = data.headline;
      thread.category = data.category;
      return;
    case "campaign.planned":
      thread.facts = { ...thread.facts, planned: data };
      return;
    case "campaign.booked":
      thread.facts = { ...thread.facts, booked: data };
      return;
    case "performance.reported":
      thread.facts = { ...thread.facts, reported: data };
      return;
    case "beliefs.updated":
      thread.facts = { ...thread.facts, learned: data };
      return;
    case "creatives.ready":
    case "media_buy.changed":
    case "clock.day":
      return;
  }
}

type Data<Kind extends EventData["kind"]> = Extract<EventData, { kind: Kind }>;

function lifecycle(thread: Thread, data: Data<"lifecycle">): void {
  thread.phase = data.phase;
  thread.runId = data.run_id;
  thread.reason = data.reason ?? "";
  if (data.status) thread.status = data.status;
  if (beginsFork(data)) thread.isFork = true;
  if (data.phase === "started") interruptRunning(thread);
  if (data.phase !== "parked") giveUpRetrying(thread);
  if (data.phase === "completed" || data.phase === "failed") thread.question = null;
}

/** A new run found an attempt unfinished: its process died. */
function interruptRunning(thread: Thread): void {
  thread.steps.forEach((step, index) => {
    if (lastAttempt(step)?.outcome === "running") {
      change(thread, index, (old) => withLast(old, (attempt) => ({ ...attempt, outcome: "interrupted" })));
    }
  });
}

/** The attempt that was to follow never came, because its run did not live to make it. */
function giveUpRetrying(thread: Thread): void {
  thread.steps.forEach((step, index) => {
    if (lastAttempt(step)?.retrying) change(thread, index, (old) => withLast(old, (attempt) => ({ ...attempt, retrying: false })));
  });
}

function start(thread: Thread, data: Data<"task">, at: number): void {
  if (isHidden(data.node)) return;
  const attempt = newAttempt(thread, data, at);
  const known = thread.steps.findIndex((step) => step.taskId === data.task_id);
  if (known >= 0) {
    change(thread, known, (step) => ({
      ...step,
      attempts: [...closed(step), { ...attempt, number: countTries(step) + 1 }],
    }));
    return;
  }
  const visit = thread.steps.filter((step) => step.node === data.node).length + 1;
  thread.steps.push({
    taskId: data.task_id, node: data.node, visit, triggers: data.triggers ?? [], attempts: [attempt], calls: [],
    update: null, checkpointId: thread.checkpointId,
  });
}

function newAttempt(thread: Thread, data: Data<"task">, at: number): Attempt {
  return {
    number: data.attempt ?? 1, runId: thread.runId, startedAt: at, finishedAt: null, durationMs: null,
    outcome: "running", error: null, retrying: false, cached: false, inputTokens: 0, outputTokens: 0,
  };
}

const closed = (step: Step): Attempt[] =>
  step.attempts.map((attempt) => (attempt.outcome === "running" ? { ...attempt, outcome: "interrupted" } : attempt));

/** Attempts that ended in a question were not tries that failed: the node goes on where it asked. */
const countTries = (step: Step): number => step.attempts.filter((attempt) => attempt.outcome !== "parked").length;

function finish(thread: Thread, data: Data<"task">, at: number): void {
  if (isHidden(data.node)) return;
  const outcome: Outcome = data.parked ? "parked" : data.error ? "failed" : "done";
  const index = thread.steps.findIndex((step) => step.taskId === data.task_id);
  change(thread, index, (step) =>
    withLast(step, (attempt) => ({
      ...attempt,
      number: Math.max(attempt.number, data.attempt ?? 1),
      finishedAt: at,
      // Told only after a crash, nobody knows any more how long it took.
      durationMs: data.duration_ms ?? null,
      outcome,
      error: data.error ?? null,
      retrying: data.retrying ?? false,
      cached: data.cached ?? false,
      inputTokens: data.input_tokens ?? 0,
      outputTokens: data.output_tokens ?? 0,
    })),
  );
  if (outcome !== "parked" && !data.retrying) thread.finishedSinceCheckpoint = [...thread.finishedSinceCheckpoint, data.node];
}

function update(thread: Thread, node: string, values: JsonObject): void {
  if (!thread.worldDay && typeof values.today === "string") thread.worldDay = values.today;
  change(thread, findStep(thread, node), (step) => ({ ...step, update: { ...step.update, ...values } }));
}

/** A run that goes on tells its last checkpoint again; a run that died may reach the same step twice. */
function checkpoint(thread: Thread, data: Data<"checkpoint">): void {
  if (data.checkpoint_id === thread.checkpointId) return;
  if (data.parent_id === thread.checkpointId) finishMissing(thread);
  thread.checkpointId = data.checkpoint_id;
  const sources = data.step === 0 ? ["__start__"] : [...new Set(thread.finishedSinceCheckpoint)];
  thread.finishedSinceCheckpoint = [];
  if (data.step < 0) return;
  const targets = data.next.length ? data.next : ["__end__"];
  for (const source of sources) {
    for (const target of targets) {
      const key = `${data.parent_id ?? ""}:${data.step}:${source}:${target}`;
      if (!isHiddenCrossing(source, target) && !thread.edges.some((edge) => edge.key === key)) {
        thread.edges = [...thread.edges, { source, target, key }];
      }
    }
  }
}

/** A checkpoint proves that the steps before it finished, even if the process died before it could say so. */
function finishMissing(thread: Thread): void {
  thread.steps.forEach((step, index) => {
    const outcome = outcomeOf(step);
    if (step.checkpointId !== thread.checkpointId || (outcome !== "running" && outcome !== "interrupted")) return;
    change(thread, index, (old) => withLast(old, (attempt) => ({ ...attempt, outcome: "done" })));
    thread.finishedSinceCheckpoint = [...thread.finishedSinceCheckpoint, step.node];
  });
}

const isHiddenCrossing = (source: string, target: string): boolean =>
  (isHidden(source) && source !== "__start__") || (isHidden(target) && target !== "__end__");

/** The newest step of a node: what a node says while it runs belongs to it. */
function findStep(thread: Thread, node: string): number {
  return thread.steps.findLastIndex((step) => step.node === node);
}

function change(thread: Thread, index: number, to: (step: Step) => Step): void {
  const step = thread.steps[index];
  if (step) thread.steps[index] = to(step);
}

function withLast(step: Step, to: (attempt: Attempt) => Attempt): Step {
  const last = step.attempts.at(-1);
  return last ? { ...step, attempts: [...step.attempts.slice(0, -1), to(last)] } : step;
}
