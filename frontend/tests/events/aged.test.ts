import { describe, expect, it } from "vitest";
import { agedBy, distinct, ON_DAY } from "@/lib/events/aged";
import type { Event } from "@/lib/types";

const event = (kind: string, data: object = {}): Event =>
  ({ thread_id: "one", params: { data: { kind, update: {}, ...data } } }) as unknown as Event;
const keys = (kind: string, data: object = {}): string[] => agedBy(event(kind, data)).map((key) => key.join(" "));
const step = (node: string, status: string): string[] => keys("update", { node, update: { status } });

describe("what an event makes old", () => {
  it("is nothing where it only moves the graph's picture", () => {
    for (const kind of ["task", "checkpoint", "model.called"]) expect(keys(kind)).toEqual([]);
  });

  it("is of other campaigns only what lists them", () => {
    for (const kind of ["update", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported", "beliefs.updated", "input_requested", "lifecycle"]) {
      expect(keys(kind)).toContain("campaign one");
      expect(keys(kind)).not.toContain("campaigns");
      for (const everyone of ["campaign", "delivery", "trends", "signals"]) expect(keys(kind)).not.toContain(everyone);
    }
    expect(keys("campaign.planned")).not.toContain("kpis");
    expect(keys("beliefs.updated")).toContain("lessons");
    expect(keys("performance.reported")).toContain("delivery one");
    expect(keys("input_requested")).toContain("kpis");
  });

  it("is every list of campaigns where one has moved", () => {
    for (const kind of ["update", "campaign.planned", "creatives.ready", "campaign.booked", "performance.reported", "beliefs.updated", "lifecycle"]) {
      expect(keys(kind)).toEqual(expect.arrayContaining(["campaigns all", "campaigns pages", "campaigns found"]));
    }
    for (const kind of ["input_requested", "input_resolved"]) expect(keys(kind)).not.toContain("campaigns all");
  });

  it("is the sum of all campaigns where money, a result or a campaign comes to it", () => {
    const sum = "campaigns totals";
    for (const kind of ["opportunity.detected", "campaign.planned", "campaign.booked", "media_buy.changed", "performance.reported", "beliefs.updated"]) {
      expect(keys(kind)).toContain(sum);
    }
    expect(keys("lifecycle", { phase: "started" })).toContain(sum);
    for (const told of [step("compliance", "AWAITING_APPROVAL"), keys("creatives.ready"), keys("lifecycle", { phase: "parked" }), keys("input_requested")]) {
      expect(told).not.toContain(sum);
    }
    // A choice may be one of a status or of a word in an ad.
    for (const told of [step("compliance", "AWAITING_APPROVAL"), keys("creatives.ready")]) expect(told).toContain(`${sum} chosen`);
  });

  it("is what lists can be narrowed down by where a campaign has come to its category or region", () => {
    for (const kind of ["opportunity.detected", "campaign.planned"]) expect(keys(kind)).toContain("campaigns choices");
    for (const told of [step("compliance", "AWAITING_APPROVAL"), keys("creatives.ready"), keys("campaign.booked")]) expect(told).not.toContain("campaigns choices");
  });

  it("is what waits for a person where a campaign comes to the gate or leaves it", () => {
    const waits = "campaigns waiting";
    for (const told of [step("compliance", "AWAITING_APPROVAL"), step("approval", "LAPSED"), step("approval", "PLANNED"), step("booking", "FAILED")]) {
      expect(told).toContain(waits);
      expect(told).toContain("notices");
    }
    for (const phase of ["parked", "completed", "failed"]) expect(keys("lifecycle", { phase })).toContain(waits);
    for (const told of [step("strategy", "PLANNED"), step("booking", "ACTIVE"), keys("campaign.planned"), keys("performance.reported")]) {
      expect(told).not.toContain(waits);
    }
  });

  it("is the pacing where a flight begins, changes, ends or breaks", () => {
    const pacing = "campaigns pacing";
    const flights = [step("booking", "ACTIVE"), step("measurement", "FAILED"), keys("campaign.booked"), keys("media_buy.changed"), keys("beliefs.updated")];
    for (const told of [...flights, keys("lifecycle", { phase: "failed" })]) expect(told).toContain(pacing);
    for (const told of [step("strategy", "PLANNED"), step("approval", "REJECTED"), keys("input_requested"), keys("lifecycle", { phase: "parked" })]) {
      expect(told).not.toContain(pacing);
    }
  });

  it("is everything where the page does not know the event", () => {
    expect(agedBy(event("new.kind"))).toEqual(expect.arrayContaining(ON_DAY));
  });

  it("is asked for once, however many tell of it", () => {
    expect(distinct([["campaigns"], ["campaign", "a"], ["campaign", "b"], ["campaigns"], ["campaign"]])).toEqual([["campaigns"], ["campaign"]]);
  });
});
