import { describe, expect, it } from "vitest";
import { admit, kept, positions } from "@/lib/events/log";
import type { Thread } from "@/lib/events/thread";
import { AFTER_THE_GATE, story, THREAD, TO_THE_GATE } from "../campaign-events";

const ALL = story([...TO_THE_GATE, ...AFTER_THE_GATE]);
const OTHER = "01a20921-9480-73d8-8e74-f7f874f1f241";

describe("admitting events", () => {
  it("drops what it has already", () => {
    const first = admit({}, ALL.slice(0, 10), true);
    const again = admit(first.threads, ALL.slice(4, 12), false);
    expect(again.applied.map((event) => event.seq)).toEqual([11, 12]);
    expect(again.gap).toBeNull();
  });

  it("stops at a gap, names the thread, and goes on when the gap is filled", () => {
    const first = admit({}, ALL.slice(0, 5), true);
    const torn = admit(first.threads, [...ALL.slice(6, 9)], false);
    expect(torn.gap).toBe(THREAD);
    expect(positions(torn.threads)).toEqual({ [THREAD]: 5 });
    const mended = admit(torn.threads, ALL.slice(5), false);
    expect(mended.gap).toBeNull();
    expect(positions(mended.threads)).toEqual({ [THREAD]: ALL.length });
  });

  it("lets a trimmed history begin late while it is replayed, and never once live", () => {
    expect(positions(admit({}, ALL.slice(7, 9), true).threads)).toEqual({ [THREAD]: 9 });
    expect(admit({}, ALL.slice(7, 9), false).threads).toEqual({});
  });

  it("sets aside what comes of a thread whose past was left out, until that has been read", () => {
    const { early, applied, gap } = admit({}, ALL.slice(7, 9), false);
    expect([early, applied, gap]).toEqual([ALL.slice(7, 9), [], null]);
    const read = admit({}, [...ALL.slice(0, 8), ...early], true);
    expect(read.threads).toEqual(admit({}, ALL.slice(0, 9), true).threads);
  });

  it("sets nothing aside of a thread that begins now", () => {
    const begun = admit({}, ALL.slice(0, 4), false);
    expect([positions(begun.threads), begun.early]).toEqual([{ [THREAD]: 4 }, []]);
  });

  it("keeps threads apart: a gap in one does not hold up the other", () => {
    const other = story(TO_THE_GATE, 1, OTHER);
    const begun = admit({}, ALL.slice(0, 2), true).threads;
    const mixed = admit(begun, [...ALL.slice(3, 5), ...other], false);
    expect(mixed.gap).toBe(THREAD);
    expect(positions(mixed.threads)).toEqual({ [THREAD]: 2, [OTHER]: other.length });
  });

  it("ends with the same threads after 200 random breaks, each taken up from the last position", () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed % below;
    };
    const stream = [...ALL, ...story([...TO_THE_GATE, ...AFTER_THE_GATE], 1, OTHER)];
    let threads = {};
    for (let round = 0; round < 200; round += 1) {
      const since: Record<string, number> = positions(threads);
      const missed = stream.filter((event) => event.seq > (since[event.thread_id] ?? 0) - random(4));
      threads = admit(threads, missed.slice(0, 1 + random(5)), true).threads;
    }
    expect(threads).toEqual(admit({}, stream, true).threads);
  });

  it("holds on to what runs and what is looked at, and lets go of what ended longest ago", () => {
    const ended = (id: string, at: number) => ({ id, phase: "completed", updatedAt: at }) as Thread;
    const threads = { old: ended("old", 1), looked: ended("looked", 0), runs: { id: "runs", phase: "started", updatedAt: 0 } as Thread, young: ended("young", 2) };
    const isLooked = (id: string): boolean => id === "looked";
    expect(Object.keys(kept(threads, 3, isLooked)).sort()).toEqual(["looked", "runs", "young"]);
    expect(kept(threads, 4, isLooked)).toBe(threads);
    expect(Object.keys(kept(threads, 1, isLooked)).sort()).toEqual(["looked", "runs"]);
  });
});
