import { describe, expect, it } from "vitest";
import { DAYS, firstDay, layFlights } from "@/components/home/calendar";
import type { CampaignRecord } from "@/lib/types";

const campaign = (id: string, status: string, start: string | null, end = start, world = "live"): CampaignRecord =>
  ({ id, status, world_id: world, flight: start ? { start, end } : null }) as unknown as CampaignRecord;

/** A Wednesday. */
const TODAY = "2026-11-25";

describe("the calendar of flights", () => {
  it("begins on the Monday of the week before", () => {
    expect(firstDay(TODAY)).toBe("2026-11-16");
    expect(firstDay("2026-11-23")).toBe("2026-11-16");
    expect(firstDay("2026-11-29")).toBe("2026-11-16");
  });

  it("places a flight by its days, both ends included", () => {
    const [bar] = layFlights([campaign("a", "ACTIVE", "2026-11-23", "2026-11-29")], "live", TODAY);
    expect([bar?.left, bar?.width]).toEqual([(7 / DAYS) * 100, (7 / DAYS) * 100]);
    expect(bar?.isCut).toEqual({ left: false, right: false });
  });

  it("cuts off what goes beyond, and leaves out what lies outside", () => {
    const [first, last] = layFlights(
      [
        campaign("last", "AWAITING_APPROVAL", "2026-12-10", "2026-12-20"), campaign("first", "COMPLETED", "2026-11-10", "2026-11-16"),
        campaign("before", "COMPLETED", "2026-11-01", "2026-11-15"), campaign("after", "PLANNED", "2026-12-14", "2026-12-20"),
      ],
      "live", TODAY,
    );
    expect([first?.campaign.id, first?.left, first?.isCut]).toEqual(["first", 0, { left: true, right: false }]);
    expect([last?.campaign.id, (last?.left ?? 0) + (last?.width ?? 0), last?.isCut.right]).toEqual(["last", 100, true]);
  });

  it("shows neither plans that came to nothing nor other worlds", () => {
    const none = [
      campaign("rejected", "REJECTED", TODAY), campaign("shadow", "SHADOWED", TODAY), campaign("sensing", "SENSING", null),
      campaign("trial", "ACTIVE", TODAY, TODAY, "another"),
    ];
    expect(layFlights(none, "live", TODAY)).toEqual([]);
  });
});
