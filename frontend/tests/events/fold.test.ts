import { describe, expect, it } from "vitest";
import { foldThread } from "@/lib/events/fold";
import { stateAround } from "@/lib/events/state-before";
import { activeStep, outcomeOf, type Thread, workOf } from "@/lib/events/thread";
import { triesOf } from "@/components/campaign-graph/node-facts";
import type { EventData } from "@/lib/types";
import {
  AFTER_THE_GATE, asked, begins, changes, checkpoint, ends, fails, started, story, TO_THE_GATE,
} from "../campaign-events";

const fold = (...data: EventData[]): Thread => foldThread(undefined, story(data));
const ways = (thread: Thread): string[] => thread.edges.map((edge) => `${edge.source}>${edge.target}`);

describe("folding a campaign's events", () => {
  it("takes the edges from checkpoints, not from the order of nodes", () => {
    expect(ways(fold(...TO_THE_GATE))).toEqual(["__start__>sensing", "sensing>strategy", "strategy>approval"]);
  });

  it("does not cross an edge twice when a run that goes on tells its checkpoint again", () => {
    const thread = fold(...TO_THE_GATE, ...AFTER_THE_GATE);
    expect(ways(thread)).toEqual([
      "__start__>sensing", "sensing>strategy", "strategy>approval", "approval>booking", "booking>__end__",
    ]);
  });

  it("keeps an answered question one step with two attempts", () => {
    const approval = fold(...TO_THE_GATE, ...AFTER_THE_GATE).steps.filter((step) => step.node === "approval");
    expect(approval).toHaveLength(1);
    expect(approval[0]?.attempts.map((attempt) => attempt.outcome)).toEqual(["parked", "done"]);
    expect(approval[0] && triesOf(approval[0])).toBe(1);
    expect(approval[0] && workOf(approval[0])).toBe(6);
  });

  it("is parked at the step that asks until the answer comes", () => {
    const before = fold(...TO_THE_GATE);
    expect(activeStep(before)?.node).toBe("approval");
    expect(before.question?.interruptId).toBe("q1");
    const after = foldThread(before, story(AFTER_THE_GATE, before.seq + 1));
    expect(activeStep(after)).toBeNull();
    expect(after.question).toBeNull();
    expect(after.phase).toBe("completed");
  });

  it("marks an attempt interrupted when its process died, and doubles neither the step nor its edge", () => {
    const thread = fold(
      ...TO_THE_GATE.slice(0, 8),
      started("continue", "run-2"),
      checkpoint("c2", "c1", 1, "strategy"),
      begins("strategy"),
      ends("strategy", 90),
      checkpoint("c3", "c2", 2, "approval"),
    );
    const strategy = thread.steps.filter((step) => step.node === "strategy");
    expect(strategy).toHaveLength(1);
    expect(strategy[0]?.attempts.map((attempt) => attempt.outcome)).toEqual(["interrupted", "done"]);
    expect(strategy[0] && triesOf(strategy[0])).toBe(2);
    expect(ways(thread).filter((way) => way === "sensing>strategy")).toHaveLength(1);
  });

  it("counts a finished step once when its checkpoint was lost and it ran again", () => {
    const thread = fold(
      ...TO_THE_GATE.slice(0, 10),
      checkpoint("c3", "c2", 2, "approval"),
      started("continue", "run-2"),
      begins("strategy"),
      ends("strategy", 80),
      checkpoint("c3-again", "c2", 2, "approval"),
    );
    expect(thread.steps.map((step) => step.node)).toEqual(["sensing", "strategy"]);
    expect(ways(thread).filter((way) => way === "strategy>approval")).toHaveLength(1);
  });

  it("takes a checkpoint's word that a step finished whose finish was never told", () => {
    const thread = fold(
      ...TO_THE_GATE.slice(0, 8),
      started("continue", "run-2"),
      checkpoint("c3", "c2", 2, "approval"),
      begins("approval"),
    );
    const strategy = thread.steps.find((step) => step.node === "strategy");
    expect(strategy && outcomeOf(strategy)).toBe("done");
    expect(ways(thread)).toContain("strategy>approval");
  });

  it("numbers the visits when the graph comes back to a node", () => {
    const thread = fold(
      ...TO_THE_GATE.slice(0, 10),
      checkpoint("c3", "c2", 2, "strategy"),
      begins("strategy", "strategy-2"),
      ends("strategy", 5, "strategy-2"),
    );
    expect(thread.steps.map((step) => [step.node, step.visit])).toEqual([["sensing", 1], ["strategy", 1], ["strategy", 2]]);
  });

  it("hides LangGraph's error handler and shows the failure where it happened", () => {
    const thread = fold(...TO_THE_GATE.slice(0, 8), fails("strategy", "ModelFailure"), begins("__default_error_handler__"));
    expect(thread.steps.map((step) => step.node)).toEqual(["sensing", "strategy"]);
    const failed = thread.steps[1];
    expect(failed && outcomeOf(failed)).toBe("failed");
  });

  it("gives the same thread however the events were batched", () => {
    const all = story([...TO_THE_GATE, ...AFTER_THE_GATE]);
    const whole = foldThread(undefined, all);
    let piecemeal: Thread | undefined;
    for (const each of all) piecemeal = foldThread(piecemeal, [each]);
    expect(piecemeal).toEqual(whole);
  });

  it("does not change the thread it was given", () => {
    const before = fold(...TO_THE_GATE);
    const copy = structuredClone(before);
    foldThread(before, story(AFTER_THE_GATE, before.seq + 1));
    expect(before).toEqual(copy);
  });
});

describe("the state around a step", () => {
  it("folds lists by id as the graph does, and names what changed", () => {
    const thread = fold(
      begins("creative", "a"),
      changes("creative", { creatives: [{ id: "1", headline: "Old" }, { id: "2", headline: "Kept" }], name: "Soup" }),
      ends("creative", 1, "a"),
      begins("creative", "b"),
      changes("creative", { creatives: [{ id: "1", headline: "New" }] }),
      ends("creative", 1, "b"),
    );
    const second = thread.steps[1];
    if (!second) throw new Error("the second step is missing");
    const around = stateAround(thread.steps, second);
    expect(around.changed).toEqual(["creatives"]);
    expect(around.after.creatives).toEqual([{ id: "1", headline: "New" }, { id: "2", headline: "Kept" }]);
  });

  it("keeps the question of a step that asks", () => {
    expect(fold(begins("measurement"), asked("q9", "measurement")).question?.node).toBe("measurement");
  });
});
