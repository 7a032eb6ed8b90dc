/** Events as the server sends them, made short. */

import type { Event, EventData } from "@/lib/types";

export const THREAD = "01a20921-4a43-767d-946c-1737e6306f8d";
const START = Date.parse("2026-11-23T15:58:26.000Z");

const METHODS: Partial<Record<EventData["kind"], Event["method"]>> = {
  lifecycle: "lifecycle", task: "tasks", update: "updates", checkpoint: "checkpoints",
  input_requested: "input.requested", input_resolved: "input.resolved",
};

export function event(seq: number, data: EventData, thread = THREAD): Event {
  return {
    type: "event", seq, thread_id: thread, event_id: `${thread.slice(0, 24)}${String(seq).padStart(12, "0")}`,
    method: METHODS[data.kind] ?? "custom",
    params: { namespace: [], timestamp: new Date(START + seq * 100).toISOString(), data },
  };
}

/** Numbers a story from `first` on. */
export const story = (data: EventData[], first = 1, thread = THREAD): Event[] =>
  data.map((each, index) => event(first + index, each, thread));

export const started = (reason: string, run = "run-1"): EventData => ({ kind: "lifecycle", phase: "started", run_id: run, status: "", reason, is_fork: false });
export const parked = (status: string, run = "run-1"): EventData => ({ kind: "lifecycle", phase: "parked", run_id: run, status, reason: "", is_fork: false });
export const completed = (status: string, run = "run-1"): EventData => ({ kind: "lifecycle", phase: "completed", run_id: run, status, reason: "", is_fork: false });

export const checkpoint = (id: string, parent: string | null, step: number, ...next: string[]): EventData => ({
  kind: "checkpoint", checkpoint_id: id, parent_id: parent, step, next,
});

const task = {
  kind: "task" as const, attempt: 1, duration_ms: null, error: null, retrying: false, parked: false, cached: false, input_tokens: 0,
  output_tokens: 0,
};
export const begins = (node: string, id = node): EventData => ({ ...task, node, task_id: id, phase: "start", triggers: [`branch:to:${node}`] });
export const ends = (node: string, ms: number, id = node): EventData => ({ ...task, node, task_id: id, phase: "finish", triggers: [], duration_ms: ms });
export const asks = (node: string, id = node): EventData => ({ ...task, node, task_id: id, phase: "finish", triggers: [], duration_ms: 2, parked: true });
export const fails = (node: string, error: string, id = node): EventData => ({ ...task, node, task_id: id, phase: "finish", triggers: [], duration_ms: 2, error });

/** An attempt that failed and is followed by another. */
export const falters = (node: string, error: string, attempt = 1, id = node): EventData =>
  ({ ...task, node, task_id: id, phase: "finish", attempt, triggers: [], duration_ms: 6, error, retrying: true });
export const triesAgain = (node: string, attempt = 2, id = node): EventData =>
  ({ ...task, node, task_id: id, phase: "start", attempt, triggers: [`branch:to:${node}`] });

export const changes = (node: string, update: Record<string, string | number | object>): EventData =>
  ({ kind: "update", node, update });

export const asked = (id: string, node = "approval"): EventData => ({
  kind: "input_requested", interrupt_id: id, node, payload: { kind: node }, response_schema: {},
});
export const answered = (id: string, node = "approval"): EventData => ({
  kind: "input_resolved", interrupt_id: id, node, answer: { decision: "approve" },
});

/** Sensing, strategy, then parked at approval. */
export const TO_THE_GATE: EventData[] = [
  started("start"),
  checkpoint("c0", null, -1, "__start__"),
  checkpoint("c1", "c0", 0, "sensing"),
  begins("sensing"),
  changes("sensing", { name: "Soup", status: "SENSING" }),
  ends("sensing", 21),
  checkpoint("c2", "c1", 1, "strategy"),
  begins("strategy"),
  changes("strategy", { status: "PLANNED" }),
  ends("strategy", 150),
  checkpoint("c3", "c2", 2, "approval"),
  begins("approval"),
  asked("q1"),
  asks("approval"),
  parked("AWAITING_APPROVAL"),
];

/** Answered: the checkpoint is told again, the same task goes on, and the campaign ends. */
export const AFTER_THE_GATE: EventData[] = [
  started("answer", "run-2"),
  answered("q1"),
  checkpoint("c3", "c2", 2, "approval"),
  begins("approval"),
  ends("approval", 4),
  checkpoint("c4", "c3", 3, "booking"),
  begins("booking"),
  ends("booking", 9),
  checkpoint("c5", "c4", 4),
  completed("COMPLETED", "run-2"),
];
