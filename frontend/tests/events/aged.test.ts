import { describe, expect, it } from "vitest";
import { agedBy, distinct, ON_DAY } from "@/lib/events/aged";
import type { Event } from "@/lib/types";

const event = (kind: string): Event => ({ thread_id: "one", params: { data: { kind } } }) as unknown as Event;
const keys = (kind: string): string[] => agedBy(event(kind)).map((key) => key.join(" "));

describe("what an event makes old", () => {
  it("is nothing where it only moves the graph's picture", () => {
    for (const kind of ["task", "checkpoint", "model.called"]) expect(keys(kind)).toEqual([]);
  });

  it("is of other campaigns only what lists them", () => {
    for (const kind of ["update", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported", "beliefs.updated", "input_requested", "lifecycle"]) {
      expect(keys(kind)).toContain("campaigns");
      expect(keys(kind)).toContain("campaign one");
      for (const everyone of ["campaign", "delivery", "trends", "signals"]) expect(keys(kind)).not.toContain(everyone);
    }
    expect(keys("campaign.planned")).not.toContain("kpis");
    expect(keys("beliefs.updated")).toContain("lessons");
    expect(keys("performance.reported")).toContain("delivery one");
    expect(keys("input_requested")).toContain("kpis");
  });

  it("is everything where the page does not know the event", () => {
    expect(agedBy(event("new.kind"))).toEqual(expect.arrayContaining(ON_DAY));
  });

  it("is asked for once, however many tell of it", () => {
    expect(distinct([["campaigns"], ["campaign", "a"], ["campaign", "b"], ["campaigns"], ["campaign"]])).toEqual([["campaigns"], ["campaign"]]);
  });
});
