import { describe, expect, it } from "vitest";
import { bookingStatus, changeWords, refusedLast } from "@/components/campaign-detail/booking-status";
import { constraintWords } from "@/components/campaign-detail/constraints";
import { inPlanOrder, spanOf } from "@/components/campaign-detail/creatives-section";
import { moneyWords } from "@/components/campaign-detail/campaign-detail";
import { beliefScale } from "@/components/campaign-detail/lesson-section";
import { besideItsFigure } from "@/components/campaign-detail/opportunity-section";
import { endedWords, taughtWords } from "@/components/home/finished";
import { addressOf, choiceOf, listOf, notToldYet, sortedBy, viewOf } from "@/components/campaign-table/rows";
import { adviceOf, campaignOf, changeOf, overWhichDays } from "@/components/signals/trend-list";
import type { CampaignDetail, CampaignPlan, CampaignRecord, Creative, Lesson, Opportunity } from "@/lib/types";

const campaign = (id: string, changes: Partial<CampaignRecord> = {}): CampaignRecord => ({
  id, name: id, called: "Soup", fault: null, status: "COMPLETED", budget: 5000, target_audience: null, created_at: `2026-11-0${id}T09:00:00Z`, updated_at: "2026-11-09T09:00:00Z",
  account: "house", world_id: "live", category: "soup", headline: null, spent: 0, failure: null, detected_on: `2026-11-0${id}`, regions: ["London"],
  planned: null, flight: null, is_spend_told: true, iroas: null, iroas_interval: null, roi: null, roi_interval: null, ...changes,
});
const view = (address: string) => viewOf((name) => new URLSearchParams(address).get(name));

describe("the table of campaigns", () => {
  it("asks the server for nothing when the address asks for nothing", () => {
    expect(listOf(view("")).toString()).toBe("");
    expect(Object.values(addressOf(view(""))).every((value) => value === null)).toBe(true);
    expect(choiceOf(view("")).toString()).toBe("");
  });

  it.each(["q=rain&status=failed", "category=beer&region=Wales&sort=roi", "sort=-spent", "sort=-detected_on", "channel=email&by=Ann&first=2026-11-02&last=2026-11-09"])("is the same after a visit to the address %s", (address) => {
    const kept = Object.entries(addressOf(view(address))).filter((entry): entry is [string, string] => entry[1] !== null);
    expect(new URLSearchParams(kept).toString()).toBe(address);
  });

  it("takes an address it does not understand for the usual view", () => {
    expect(view("status=nonsense&sort=-colour")).toEqual(view(""));
  });

  it("keeps what failed apart from what was not run", () => {
    expect(choiceOf(view("status=failed")).getAll("status")).toEqual(["FAILED"]);
    expect(choiceOf(view("status=unspent")).getAll("status")).toContain("LAPSED");
    expect(choiceOf(view("status=unspent")).getAll("status")).not.toContain("FAILED");
  });

  it("asks the server for what the address names, and not for a day that is none", () => {
    expect(choiceOf(view("q= rain &category=beer&region=Wales&channel=email&by=Ann&first=2026-11-02&last=soon")).toString())
      .toBe("text=rain&category=beer&region=Wales&channel=email&decided_by=Ann&first=2026-11-02");
  });

  it("has the server sort all campaigns, and turns the order round with a second press", () => {
    expect(listOf(view("sort=-planned&q=rain")).toString()).toBe("text=rain&sort=planned&direction=descending");
    expect(listOf(view("sort=created_at")).toString()).toBe("sort=created_at&direction=ascending");
    expect(choiceOf(view("sort=-planned&q=rain")).toString()).toBe("text=rain");
    expect(sortedBy(sortedBy(view(""), "planned"), "planned").direction).toBe("ascending");
  });
});

describe("a booking", () => {
  const booking = { status: "pending_start", flight: { start: "2026-11-18", end: "2026-11-24" } } as CampaignDetail["bookings"][number];
  const active = campaign("1", { status: "ACTIVE" });
  it.each([
    ["2026-11-17", active, "Starts 18 Nov"],
    ["2026-11-18", active, "In flight"],
    ["2026-11-24", active, "In flight"],
    ["2026-11-25", active, "Flight over"],
    ["2026-11-20", campaign("1", { status: "COMPLETED" }), "Flight over"],
    ["2026-11-20", campaign("1", { status: "ACTIVE", world_id: "its own" }), null],
    [null, active, null],
  ])("on %s stands where its flight does", (today, of, wanted) => {
    expect(bookingStatus(booking, of, today)).toBe(wanted);
  });

  it("is paused while the newest turn that was made is a pause, whatever its platform calls it", () => {
    const turn = (action: "pause" | "resume", problem = "") => ({ key: "a change of it", action, day: "2026-11-19", by: "Ada", at: "2026-11-19T09:00:00Z", problem });
    const changed = (...changes: ReturnType<typeof turn>[]) => ({ ...booking, changes });
    expect(bookingStatus(changed(turn("pause")), active, "2026-11-17")).toBe("Paused");
    expect(bookingStatus(changed(turn("pause"), turn("resume", "the platform is away")), active, "2026-11-20")).toBe("Paused");
    expect(bookingStatus(changed(turn("pause"), turn("resume")), active, "2026-11-20")).toBe("In flight");
    expect(bookingStatus(changed(turn("pause", "no")), active, "2026-11-20")).toBe("In flight");
    expect(refusedLast(changed(turn("pause"), turn("resume", "the platform is away")))).toBe("the platform is away");
    expect(changeWords({ ...turn("pause"), action: "budget", budget: 2500 })).toBe("Budget £2,500.00 from 19 Nov on");
  });

  it("that was rejected stays so", () => {
    expect(bookingStatus({ ...booking, status: "rejected" }, active, "2026-11-20")).toBe("Rejected by the platform");
  });
});

describe("words and scales of a plan", () => {
  it.each([
    [["minimum_order:paid_social"], "Smallest order on paid social"],
    [["law:email", "total_budget"], "Law on email, what this campaign may spend"],
    [["edited:media: team"], "Budgets of media: team"],
    [["marginal_return"], "The next pound would not earn itself back"],
    [[], ""],
  ])("%s is %s", (names, wanted) => {
    expect(constraintWords(names)).toBe(wanted);
  });

  it("draws all beliefs on one scale that has zero on it", () => {
    const change = (before: number, after: number) => ({ cell: "email|all|soup", before_mean: before, before_sd: 0.01, after_mean: after, after_sd: 0.02 });
    const [from, to] = beliefScale([change(0.05, 0.06), change(0.01, 0.005)] as Lesson["changes"]);
    expect(from).toBeCloseTo(0.005 - 0.02563);
    expect(to).toBeCloseTo(0.06 + 0.02563);
    expect(beliefScale([change(0.05, 0.06)] as Lesson["changes"])[0]).toBe(0);
  });

  it("shows the ads in the order of the plan", () => {
    const creatives = ["email", "onsite_display", "paid_social"].map((channel) => ({ channel })) as Creative[];
    const plan = { allocations: [{ channel: "paid_social" }, { channel: "onsite_display" }] } as CampaignPlan;
    expect(inPlanOrder(creatives, plan).map(({ channel }) => channel)).toEqual(["paid_social", "onsite_display", "email"]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("fills the rows of %i ads without a hole", (count) => {
    const spans = Array.from({ length: count }, (_, index) => Number(/xl:col-span-(\d)(?!.*xl:col-span)/.exec(spanOf(index, count))?.[1]));
    expect(spans.reduce((sum, span) => sum + span, 0) % 6).toBe(0);
  });
});

describe("what was detected", () => {
  const trend = { category: "soup", detected_on: "2026-11-02", headline: "Rain", regions: ["London"], sales_change: 0, expected_change: -0.08 };
  it("tells a forecast from sales that moved", () => {
    expect(changeOf(trend)).toBe("Forecast −8%");
    expect(changeOf({ ...trend, sales_change: 0.04, expected_change: null })).toBe("Sales +4%");
  });

  it("leads to the campaign it became, of its own day and world", () => {
    const all = [campaign("3"), campaign("2", { world_id: "its own" }), campaign("2", { name: "here" })];
    expect(campaignOf(trend, all)?.name).toBe("here");
    expect(campaignOf({ ...trend, detected_on: "2026-11-05" }, all)).toBeUndefined();
    expect(campaignOf({ ...trend, detected_on: "2026-11-05" }, [...all, campaign("4", { status: "ACTIVE" })])?.id).toBe("4");
  });

  it("leads to that of its own regions where a category has several", () => {
    const both = [campaign("1", { status: "ACTIVE", regions: ["Wales"] }), campaign("2", { regions: ["Wales"] }), campaign("2", { name: "here" })];
    expect(campaignOf(trend, both)?.name).toBe("here");
    expect(campaignOf({ ...trend, regions: ["Wales"], detected_on: "2026-11-05" }, both)?.id).toBe("1");
    expect(campaignOf({ ...trend, regions: ["Scotland"] }, both)).toBeUndefined();
    const twins = [campaign("2", { headline: "Searched for" }), campaign("2", { headline: "Rain", name: "the rain's" })];
    expect(campaignOf(trend, twins)?.name).toBe("the rain's");
  });
});

it("an address that names no channel and no day of the calendar chooses nothing by them", () => {
  expect(view("channel=zzz&first=2026-13-45&last=2026-02-31&sort=toString&status=constructor")).toEqual(view(""));
  expect(view("channel=email&first=2026-12-31")).toMatchObject({ channel: "email", first: "2026-12-31" });
});

describe("what a stranger reads on a campaign's page", () => {
  it.each([
    ["search", "Search interest: +1.4%", "Search interest"],
    ["stock", "Share on the shelf: 0.0%", "Share on the shelf"],
    ["price", "Price \u22121% against the weeks before: \u22121.6%", "Price \u22121% against the weeks before"],
    ["weather", "Weather (heavy rain): \u221210.3% (nothing like it is known)", "Heavy rain (nothing like it is known)"],
    ["weather", "Weather: \u22128.0% (nothing like it is known)", "Nothing like it is known"],
    ["weather", "Weather: +8.0%", ""],
    ["promotion", "Our own promotions (+10.0%) are part of what was expected", "Our own promotions (+10.0%) are part of what was expected"],
  ] as const)("%s: %s is said beside its figure as %s", (cause, statement, wanted) => {
    expect(besideItsFigure({ cause, statement })).toBe(wanted);
  });

  it("says what is spent of what is booked, and of what never was that it was not", () => {
    const lapsed = { ...campaign("1", { status: "LAPSED", spent: 0 }), planned: 999.98 } as CampaignDetail["campaign"];
    expect(moneyWords(lapsed, false)).toBe("£999.98 was planned, nothing was booked");
    expect(moneyWords({ ...lapsed, status: "AWAITING_APPROVAL" }, false)).toBe("£999.98 proposed");
    expect(moneyWords({ ...lapsed, status: "ACTIVE", spent: 12.5, is_spend_told: true }, true)).toBe("spent £12.50 of £999.98");
    expect(moneyWords({ ...lapsed, status: "ACTIVE", is_spend_told: false }, true)).toBe("spent not told of £999.98");
    expect(moneyWords({ ...lapsed, planned: null }, false)).toBeNull();
  });

  it("says at Home what became of what ended, and of what was never booked how much it was to cost", () => {
    expect(endedWords(campaign("1", { status: "LAPSED", planned: 999.98, headline: "Beer sales up 9%: boost beer ads." }))).toBe("£1,000 was planned, nothing was booked");
    expect(endedWords(campaign("1", { status: "CANCELED", planned: 999.98, spent: 12.5 }))).toBe("£13 of £1,000 spent");
    expect(endedWords(campaign("1", { status: "LAPSED", planned: 999.98, spent: 400 }))).toBe("£400 of £1,000 spent");
    expect(endedWords(campaign("1", { status: "NOT_WORTH_SPENDING", headline: "Porridge sales down 8%: hold porridge ads." }))).toBe("Porridge sales down 8%: hold porridge ads.");
    expect(endedWords(campaign("1", { status: "NO_OPPORTUNITY" }))).toBe("Sensing found nothing to act on.");
  });

  it("reads a lesson beside its campaign and its returns without hearing them again", () => {
    const head = "Soup for lapsing buyers: ROI predicted +1.48";
    expect(taughtWords(`${head}, measured +1.78 (80% interval +0.93 to +2.61); email is now believed to lift sales by at most 5.9%, up from 5.0%.`))
      .toBe("80% interval +0.93 to +2.61; email is now believed to lift sales by at most 5.9%, up from 5.0%.");
    expect(taughtWords(`${head}; the flight was too short to measure.`)).toBe(`${head}; the flight was too short to measure.`);
  });

  it("says over which days sales moved, where that is known", () => {
    const evidence = [{ stream: "weather", statement: "Heavy rain" }, { stream: "sales", statement: "90 units a day over 7 days, where 70 were expected" }] as unknown as Opportunity["evidence"];
    const found = { sales_change: 0.26, expected_change: null, evidence };
    expect(overWhichDays(found)).toBe("90 units a day over 7 days, where 70 were expected");
    expect(overWhichDays({ ...found, evidence: [] })).toBe("Sales +26%");
    expect(overWhichDays({ ...found, expected_change: -0.08 })).toBe("Forecast −8%");
  });

  it("says once that one waits", () => {
    expect(adviceOf({ cause: "weather", advice: "Wait: the warm weather that sold fruit is over." })).toBe("The warm weather that sold fruit is over.");
    expect(adviceOf({ cause: "unexplained", advice: "Wait: shoppers stocked up." })).toBe("Wait: shoppers stocked up.");
  });
});

describe("a sum of what was spent", () => {
  it("says of how many flights nothing new is told", () => {
    expect([0, 1, 1200].map(notToldYet)).toEqual([undefined, "1 flight not told yet", "1,200 flights not told yet"]);
  });
});
