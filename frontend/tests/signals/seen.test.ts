import { describe, expect, it } from "vitest";
import { seenByDay } from "@/components/signals/seen-by-day";
import type { Seen } from "@/lib/types";

const seen = (seen_on: string, headline: string): Seen => ({
  seen_on, headline, category: "soup", categories: [], regions: ["Wales"], score: 2, chance: 0.05, change: 0.1, why: "below_limit", reason: "it may be chance",
});

describe("what was seen and not proposed", () => {
  it("is told by its day, in the order of the server", () => {
    const days = seenByDay([seen("2026-11-27", "a"), seen("2026-11-27", "b"), seen("2026-11-26", "c")]);
    expect(days.map(({ day, seen: ones }) => [day, ones.map(({ headline }) => headline)])).toEqual([
      ["2026-11-27", ["a", "b"]],
      ["2026-11-26", ["c"]],
    ]);
  });

  it("is no day where nothing was seen", () => expect(seenByDay([])).toEqual([]));
});
