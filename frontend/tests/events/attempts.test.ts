import { describe, expect, it } from "vitest";
import { factsOf, repeatsOf, triesOf } from "@/components/campaign-graph/node-facts";
import { layBars } from "@/components/run-timeline/bars";
import { whyItRan } from "@/components/step-panel/why";
import { foldThread } from "@/lib/events/fold";
import { activeStep, outcomeOf, type Step, type Thread, workOf } from "@/lib/events/thread";
import type { EventData } from "@/lib/types";
import { AFTER_THE_GATE, begins, checkpoint, ends, fails, falters, started, story, TO_THE_GATE, triesAgain } from "../campaign-events";

const BUSY = "The ad platform is throttling requests: wait a moment and try again.";
const fold = (...data: EventData[]): Thread => foldThread(undefined, story(data));

function stepOf(thread: Thread, node: string): Step {
  const step = thread.steps.find((each) => each.node === node);
  if (!step) throw new Error(`${node} has no step`);
  return step;
}

const TO_BOOKING = [...TO_THE_GATE, ...AFTER_THE_GATE.slice(0, 7)];
const FALTERED = [...TO_BOOKING, falters("booking", BUSY)];
const BOOKED = [...FALTERED, triesAgain("booking"), { ...ends("booking", 9), attempt: 2 } as EventData, checkpoint("c5", "c4", 4, "measurement")];

describe("a node that is tried again", () => {
  it("is one step with an attempt for each try, with its own error and duration", () => {
    const thread = fold(...BOOKED);
    expect(thread.steps.filter((step) => step.node === "booking")).toHaveLength(1);
    const booking = stepOf(thread, "booking");
    expect(booking.attempts.map(({ number, outcome, error, durationMs }) => [number, outcome, error, durationMs])).toEqual([
      [1, "failed", BUSY, 6],
      [2, "done", null, 9],
    ]);
    expect(outcomeOf(booking)).toBe("done");
    expect(workOf(booking)).toBe(15);
    expect(thread.edges.filter((edge) => edge.source === "booking").map((edge) => edge.target)).toEqual(["measurement"]);
  });

  it("is still the node the campaign is at while it waits for the next attempt", () => {
    const thread = fold(...FALTERED);
    expect(outcomeOf(stepOf(thread, "booking"))).toBe("retrying");
    expect(activeStep(thread)?.node).toBe("booking");
    expect(thread.finishedSinceCheckpoint).toEqual([]);
  });

  it("says how often it was tried, and apart from that how often it was gone through", () => {
    expect(repeatsOf(factsOf("booking", fold(...BOOKED)))).toBe("2 attempts");
    expect(repeatsOf(factsOf("approval", fold(...BOOKED)))).toBe("");
    const twice = fold(begins("creative", "a"), ends("creative", 1, "a"), begins("creative", "b"), ends("creative", 1, "b"));
    expect(repeatsOf(factsOf("creative", twice))).toBe("2 visits");
  });

  it("has a bar for each attempt, the failed one marked, and the wait between them", () => {
    const thread = fold(...BOOKED);
    const lane = layBars(thread.steps, 0).lanes.find(({ step }) => step.node === "booking");
    expect(lane?.bars.map((bar) => bar.attempt.outcome)).toEqual(["failed", "done"]);
    expect(lane?.waits).toHaveLength(1);
    const [first, second] = lane?.bars ?? [];
    const wait = lane?.waits[0];
    if (!first || !second || !wait) throw new Error("the bars are missing");
    expect(first.left + first.width).toBeCloseTo(wait.left, 9);
    expect(wait.left + wait.width).toBeCloseTo(second.left, 9);
  });

  it("draws work to the scale it says, and says how long was waited", () => {
    const thread = fold(...TO_THE_GATE, ...AFTER_THE_GATE);
    const { lanes, scale } = layBars(thread.steps, 0);
    const strategy = lanes.find(({ step }) => step.node === "strategy")?.bars[0];
    if (!strategy || !scale) throw new Error("nothing is drawn");
    expect(scale.milliseconds).toBe(50);
    expect(lanes.find(({ step }) => step.node === "approval")?.waits).toHaveLength(1);
    expect(strategy.width / 150).toBeCloseTo(scale.width / scale.milliseconds, 9);
    expect(layBars([], 0).scale).toBeNull();
  });

  it("keeps a wait for each of several retries", () => {
    const thread = fold(...FALTERED, triesAgain("booking"), falters("booking", BUSY, 2), triesAgain("booking", 3), ends("booking", 9));
    const lane = layBars(thread.steps, 0).lanes.find(({ step }) => step.node === "booking");
    expect(lane?.bars).toHaveLength(3);
    expect(lane?.waits).toHaveLength(2);
    expect(stepOf(thread, "booking").attempts.map((attempt) => attempt.number)).toEqual([1, 2, 3]);
  });

  it("has failed when its last attempt has", () => {
    const thread = fold(...FALTERED, triesAgain("booking"), fails("booking", "booking kept failing"));
    const booking = stepOf(thread, "booking");
    expect(outcomeOf(booking)).toBe("failed");
    expect(whyItRan(thread, booking).earlier).toEqual([`1 failed: ${BUSY}`]);
  });

  it("no longer says it tries again once its run is gone, and goes on counting when the next takes it up", () => {
    const gone = fold(...FALTERED, started("continue", "run-3"));
    expect(outcomeOf(stepOf(gone, "booking"))).toBe("failed");
    const taken = fold(...FALTERED, started("continue", "run-3"), begins("booking"), ends("booking", 9));
    expect(stepOf(taken, "booking").attempts.map(({ number, outcome }) => [number, outcome])).toEqual([[1, "failed"], [2, "done"]]);
  });
});

describe("a step that a crash hid", () => {
  it("is done without a duration when its end is told after the fact", () => {
    const told = { ...ends("strategy", 0), duration_ms: null } as EventData;
    const strategy = stepOf(fold(...TO_THE_GATE.slice(0, 8), started("continue", "run-2"), told), "strategy");
    expect(outcomeOf(strategy)).toBe("done");
    expect(workOf(strategy)).toBeNull();
  });

  it("is taken from the cache when what it gave was kept, which is no new try", () => {
    const kept = { ...ends("strategy", 0.2), cached: true } as EventData;
    const thread = fold(...TO_THE_GATE.slice(0, 10), started("continue", "run-2"), begins("strategy"), kept);
    const strategy = stepOf(thread, "strategy");
    expect(triesOf(strategy)).toBe(1);
    expect(whyItRan(thread, strategy).cache).toBe("From the cache: it did not run again");
  });
});

describe("why a step ran", () => {
  const why = (thread: Thread, node: string) => whyItRan(thread, stepOf(thread, node));

  it("names what led to it in words, and LangGraph's own name beside them", () => {
    const thread = fold(...BOOKED);
    expect(why(thread, "sensing").trigger).toBe("The campaign began here, by the branch to sensing");
    expect(why(thread, "strategy").trigger).toBe("Sensing led here, by the branch to strategy");
    expect(why(thread, "strategy").rawTrigger).toBe("branch:to:strategy");
  });

  it("numbers the attempt and says what went wrong before", () => {
    expect(why(fold(...BOOKED), "booking")).toMatchObject({ attempt: "2", earlier: [`1 failed: ${BUSY}`], cache: "Not from the cache" });
    expect(why(fold(...FALTERED), "booking")).toMatchObject({ attempt: "2, about to begin", earlier: [`1 failed: ${BUSY}`] });
    expect(why(fold(...BOOKED), "strategy")).toMatchObject({ attempt: "1, the first", earlier: [] });
    expect(why(fold(...BOOKED), "approval").attempt).toBe("1, the first, resumed by the answer");
  });
});
