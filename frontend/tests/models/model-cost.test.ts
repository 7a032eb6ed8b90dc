import { describe, expect, it } from "vitest";
import { askedSpend, callCost, costOf, moneyAsked, whatWaits } from "@/components/model-cost/words";

const fake = { cost: null, unpriced: "the fake model has no price" };

describe("what models cost", () => {
  it.each([
    [costOf([]), "nothing"],
    [costOf([fake, fake]), "not known: the fake model has no price"],
    [costOf([{ cost: 0.001, unpriced: "" }, { cost: 0.0011, unpriced: "" }]), "$0.0021"],
    [costOf([{ cost: 0.001, unpriced: "" }, fake]), "$0.0010, 1 not known"],
    [callCost({ cost: 0, unpriced: "", came_from: "cache" }), "answered before, from the cache: $0"],
    [callCost({ cost: 0.5, unpriced: "", came_from: "model" }), "$0.5000"],
  ])("%s is %s", (shown, wanted) => {
    expect(shown).toBe(wanted);
  });

  it("asks for a limit that is enough, whatever it rounds to", () => {
    expect(askedSpend({ limit: 0.01, spent: 0.009, at_least: 0.01234567 })).toEqual({ limit: 0.01, spent: 0.009, atLeast: "$0.0124" });
    expect(askedSpend(null)).toEqual({ limit: null, spent: null, atLeast: "more" });
  });
});

describe("a campaign that asks for money", () => {
  const asks = { step: "creative", spent: 0.012, limit: 0.02, at_least: 0.025, answered_by: "approver", decide_before: null, is_open: true } as const;

  it("says what was spent of what, and who may answer", () => {
    const told = moneyAsked(asks);
    expect(told.cost).toBe("Its chat model has cost at most $0.0120 of the $0.0200 it may, and the next question could go past that.");
    expect(told.who).toMatch(/^An approver may /);
  });

  it("names the last day in time for its flight, and claims none where there is none", () => {
    expect(moneyAsked(asks).until).toBe("No deadline");
    expect(moneyAsked(asks).undecided).toBe("Until then it stands still.");
    const flies = { ...asks, decide_before: "2026-11-30" };
    expect(moneyAsked(flies).until).toBe("Decide by 29 Nov");
    expect(moneyAsked(flies).undecided).toBe("Undecided by the end of 29 Nov, it goes on with template copy.");
    expect(moneyAsked({ ...flies, is_open: false }).until).toBe("Its flight has begun");
  });
});

describe("what waits for a person", () => {
  it.each([
    [0, 0, 0, "none waiting"],
    [2, 0, 2, "waiting for you"],
    [2, 1, 3, "2 proposals, 1 asks for money"],
    [1, 2, 3, "1 proposal, 2 ask for money"],
    [0, 1, 1, "1 asks for money"],
  ])("of %d proposals and %d that ask for money is counted in one and told apart", (open_approvals, asked_for_money, count, told) => {
    expect(whatWaits({ open_approvals, asked_for_money })).toEqual({ count, told });
  });
});
