import { describe, expect, it } from "vitest";
import { newThread, type Step, stepToShow, type Thread } from "@/lib/events/thread";
import { partsOf } from "@/components/running/running-flight";
import { planWords, spendWords, wholeWords } from "@/lib/pace";
import type { FlightPace } from "@/lib/types";

const flight = (changes: Partial<FlightPace> = {}): FlightPace => ({
  campaign_id: "a", called: "Soup for lapsing buyers in London", category: "soup", headline: null, flight: { start: "2026-11-28", end: "2026-12-04" },
  through: "2026-11-30", spent: 1200, planned: 1285.71, charged: 1274, committed: 3000, estimate: 2930, pace: 0.93, is_paused: false, refused: "", ...changes,
});

describe("a running flight in words", () => {
  it("says what is spent, of how much, and what it will be at its end", () => {
    expect(spendWords(flight())).toBe("£1,274 of £3,000 spent; heading for £2,930 by 4 Dec");
    expect(planWords(flight())).toBe("To 30 Nov: £1,200 spent, £1,286 planned");
  });

  it("makes no estimate before a day is told in full", () => {
    const early = flight({ through: null, spent: 0, planned: 0, charged: 40, estimate: null, pace: null });
    expect(spendWords(early)).toBe("£40 of £3,000 spent; too early to say what it will be by 4 Dec");
    expect(planWords(early)).toBe("");
  });

  it("says so where the platform tells nothing", () => {
    expect(spendWords(flight({ flight: null, charged: null, committed: null, estimate: null }))).toMatch(/does not tell/);
  });
});

describe("all running flights together", () => {
  const both = { charged: 996, committed: 2000, estimate: 1932 };

  it("are told as each of them is", () => {
    expect(wholeWords(both)).toBe("£996 of £2,000 spent; heading for £1,932");
    expect(wholeWords({ ...both, estimate: null })).toBe("£996 of £2,000 spent");
  });
});

describe("the bar of a running flight", () => {
  const ends = (changes: Partial<FlightPace>): number[] => {
    let reached = 0;
    return partsOf(flight(changes)).map((part) => Math.round((reached += part) * 1000) / 1000);
  };

  it("reaches as far as its sentence says is spent, what the plan is not held against set apart", () => {
    expect(ends({})).toEqual([0.4, 0.425, 0.977]);
  });

  it("heads nowhere where that is not known, and never beyond what is committed", () => {
    expect(ends({ spent: 0, charged: 40, estimate: null })).toEqual([0, 0.013, 0.013]);
    expect(ends({ charged: 3100, estimate: 3000 })).toEqual([0.4, 1, 1]);
    expect(ends({ charged: 1274, estimate: 1250 })).toEqual([0.4, 0.425, 0.425]);
  });
});

describe("the step that is shown when none is chosen", () => {
  const step = (taskId: string, outcome: "done" | "failed"): Step => ({
    taskId, node: taskId, visit: 1, triggers: [], calls: [], update: null, checkpointId: null,
    attempts: [{ number: 1, runId: "r", startedAt: 0, finishedAt: 1, durationMs: 1, outcome, error: null, retrying: false, cached: false, inputTokens: 0, outputTokens: 0 }],
  });
  const thread = (phase: Thread["phase"], ...steps: Step[]): Thread => ({ ...newThread("a", 0), phase, steps });

  it("is the one it failed in, whatever came after it", () => {
    expect(stepToShow(thread("failed", step("sensing", "done"), step("strategy", "failed"), step("handler", "done")))?.taskId).toBe("strategy");
  });

  it("is the newest of one that did not fail", () => {
    expect(stepToShow(thread("completed", step("strategy", "failed"), step("learning", "done")))?.taskId).toBe("learning");
  });
});
