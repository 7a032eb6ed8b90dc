import { describe, expect, it } from "vitest";
import { askedSpend, callCost, costOf } from "@/components/model-cost/words";

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
