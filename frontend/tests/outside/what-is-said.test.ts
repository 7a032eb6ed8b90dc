/** What pages say where the sales are not simulated. */

import { describe, expect, it } from "vitest";
import { agedWords, DAY_WORDS } from "@/components/world-controls/day-words";
import { formatDayShortAndYear } from "@/lib/format";
import { inSentences, inShort, realSalesOf, worldName } from "@/lib/provenance";
import type { Provenance } from "@/lib/types";

const OF_FILES: Provenance = {
  sales: "real", weather: "none", search: "none", ad_platform: "real", ad_response: "real", shoppers: null, source: "files:shop",
};

describe("the day that is served", () => {
  it("is no world’s and not today’s where it is real or recorded, and offers no scenario", () => {
    for (const calendar of ["recorded", "real"] as const) {
      const { homeDay, ...said } = DAY_WORDS[calendar];
      const all = [...Object.values(said), homeDay("Mon 3 Jul 2017")].join("; ");
      expect(all).not.toMatch(/world|today|scenario|simulated/i);
    }
    expect(DAY_WORDS.real.homeDay("Sun 25 Oct 2026")).toBe("sales to Sun 25 Oct 2026");
    expect(DAY_WORDS.simulated.homeDay("Mon 2 Nov 2026")).toBe("Mon 2 Nov 2026");
  });

  it("warns before ads are really bought for days that are over", () => {
    const now = Date.parse("2026-11-27T12:00:00Z");
    const of = (calendar: "real" | "recorded" | "simulated", today: string, provenance = OF_FILES) => agedWords({ calendar, today, provenance }, now);
    expect(of("real", "2017-08-15")).toMatch(/^The newest sales are of Tue 15 Aug 2017\. .*are over/);
    expect(of("recorded", "2017-07-03")).toMatch(/^The recorded day is Mon 3 Jul 2017\./);
    expect([of("real", "2026-11-26"), of("simulated", "2017-08-15"), of("real", "2017-08-15", { ...OF_FILES, ad_platform: "simulated" })]).toEqual(["", "", ""]);
  });

  it("has its year where there is no room for the weekday", () => {
    expect(formatDayShortAndYear("2017-07-03")).toBe("3 Jul 2017");
  });
});

describe("what is real", () => {
  it("is said of a world that is not served by its own name, whatever is served", () => {
    expect(realSalesOf("live:files:my-shop-1a2b3c4d")).toBe("files:my-shop");
    expect(realSalesOf("live:complete-journey")).toBe("complete-journey");
    expect([realSalesOf("live"), realSalesOf("019c1f6e-0000-7000-8000-000000000000")]).toEqual([null, null]);
  });

  it("has a name in the list of what was learned", () => {
    expect(["live", "live:files:shop-deadbeef", "simulated:7:lifelike", "files:shop-deadbeef:7"].map(worldName)).toEqual([
      "Simulated grocer", "Real sales of files:shop", "Trials, simulated grocer, draw 7, lifelike shoppers", "Trials, sales of files:shop, draw 7",
    ]);
  });

  it("is told with a seller’s ads, and of what there is nothing", () => {
    expect(inShort(OF_FILES)).toBe("Real sales, real ads");
    expect(inSentences(OF_FILES)).toBe("Real: sales, ads, how shoppers answer to ads. Not there: weather, search.");
    expect(inShort({ ...OF_FILES, sales: "simulated", ad_response: "simulated" })).toBe("Simulated sales, real ads");
  });
});
