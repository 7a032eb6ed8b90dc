import { describe, expect, it } from "vitest";
import { matching } from "@/components/campaign-picker";
import { foldThread } from "@/lib/events/fold";
import { type Listed, listed } from "@/lib/events/listed";
import type { Thread } from "@/lib/events/thread";
import { changes, checkpoint, completed, ends, begins, parked, started, story, THREAD } from "./campaign-events";

const campaign = (id: string, category: string, today: string, end = completed("COMPLETED")) =>
  foldThread(undefined, story([
    started("start"), checkpoint("c0", null, -1, "__start__"), begins("sensing"),
    { kind: "opportunity.detected", campaign_id: id, category, headline: `${category} is low`, score: 3, cause: "weather" },
    changes("sensing", { today }), ends("sensing", 4), end,
  ], 1, id));

const only = (thread: Thread): Listed => listed([], { [thread.id]: thread })[0] as Listed;
const SOUP = only(campaign(THREAD, "soup", "2026-11-17"));
const ICE = only(campaign(THREAD.replace("d", "e"), "ice cream", "2026-11-18", parked("AWAITING_APPROVAL")));

describe("finding a campaign", () => {
  it("knows the world's day it was sensed on", () => {
    expect([SOUP.worldDay, ICE.worldDay]).toEqual(["2026-11-17", "2026-11-18"]);
  });

  it.each([
    ["", [SOUP, ICE]],
    ["soup", [SOUP]],
    ["18 nov", [ICE]],
    ["ICE approval", [ICE]],
    ["ice completed", []],
  ])("“%s” finds what it says", (sought, found) => {
    expect(matching([SOUP, ICE], sought)).toEqual(found);
  });
});
