import { beforeEach, describe, expect, it, vi } from "vitest";
import { newDraft } from "@/components/approval-form/draft";
import { dropDraft, keepDraft, keptDraft } from "@/components/approval-form/kept-draft";
import { type BudgetLimits, budgetProblems, firstProblem } from "@/components/approval-form/limits";
import { failuresByAd, failureWords, findingsAtTheGate, ownReferral, stillFailing } from "@/components/approval-form/verdict";
import { inSentences, Problem } from "@/lib/api";
import { formatCountdown, sentence, visible } from "@/lib/format";
import type { CampaignPlan, Creative, Finding } from "@/lib/types";

const plan = { budget: 300, allocations: [{ channel: "email", budget: 100 }, { channel: "paid_social", budget: 200 }] } as CampaignPlan;
const ads = [
  { id: "ad-1", channel: "email", headline: "Soup beats flu", body: "Soup inside.", call_to_action: "Shop" },
  { id: "ad-2", channel: "paid_social", headline: "Soup", body: "Soup inside.", call_to_action: "Shop" },
] as Creative[];
const finding = (id: string, outcome: string, creative_id: string | null, rule_id = "health.disease"): Finding =>
  ({ id, outcome, creative_id, rule_id, evidence: "beats flu", remedy: "leave the claim out" }) as Finding;
const limits: BudgetLimits = {
  available: 5000,
  channels: [{ channel: "email", minimum: 50, maximum: 900 }, { channel: "paid_social", minimum: 50, maximum: 4500 }],
};

describe("limits at the gate", () => {
  const problems = (email: string, social: string, of: BudgetLimits | null = limits) =>
    budgetProblems({ ...newDraft(plan, ads, "me"), budgets: { email, paid_social: social } }, of);

  it("lets through what the server would, and drops a channel at 0", () => {
    expect(problems("50", "4500")).toEqual({ channels: {}, total: null });
    expect(problems("0", "200")).toEqual({ channels: {}, total: null });
    expect(problems("900000", "200", null)).toEqual({ channels: {}, total: null });
  });

  it("names the channel that is below, above or empty, and the sum that is too much", () => {
    expect(problems("49.99", "200").channels.email).toContain("£50.00 is its smallest order");
    expect(problems("900.01", "200").channels.email).toContain("£900.00 is the most");
    expect(problems("", "200").channels.email).toContain("pounds");
    expect(problems("900", "4500").total).toBe("£400.00 more than this campaign may spend.");
    expect(firstProblem(problems("49", "200"))).toMatch(/^Email: £50.00/);
  });

  it("does not offer to approve nothing", () => {
    expect(firstProblem(problems("0", "0"))).toBe("Nothing would be booked: reject it instead.");
  });
});

describe("compliance at the gate", () => {
  it("shows the passes on record beside what the question brings, of these ads alone", () => {
    const recorded = [finding("a", "pass", "ad-1"), finding("b", "pass", null), finding("c", "pass", "dropped-ad"), finding("d", "fail", "ad-2")];
    expect(findingsAtTheGate([finding("a", "fail", "ad-1")], recorded, ads).map(({ id, outcome }) => [id, outcome])).toEqual([
      ["a", "fail"], ["b", "pass"],
    ]);
  });

  it("keeps an ad failing until its own words have changed", () => {
    const failures = failuresByAd([finding("a", "fail", "ad-1"), finding("b", "pass", "ad-2"), finding("c", "refer", "ad-2")]);
    const draft = newDraft(plan, ads, "me");
    expect(failureWords(ads, failures)).toBe("1 ad fails health.disease (Email)");
    expect(stillFailing(draft, ads, failures).map((ad) => ad.id)).toEqual(["ad-1"]);
    draft.copy["ad-2"] = { headline: "Other", body: "Soup inside.", call_to_action: "Shop" };
    expect(stillFailing(draft, ads, failures)).toHaveLength(1);
    draft.copy["ad-1"] = { headline: "Warm soup", body: "Soup inside.", call_to_action: "Shop" };
    expect(stillFailing(draft, ads, failures)).toEqual([]);
  });
});

describe("the second approval", () => {
  it("is somebody else's than the writer's, however the name is capitalised", () => {
    const reason = "the words you wrote are referred by rule claim.origin: somebody else has to approve them.";
    const asked = [{ written_by: "Ada Byron", reason }];
    expect(ownReferral(asked, " ada byron")).toBe(reason);
    expect(ownReferral(asked, "Grace")).toBeNull();
    expect(ownReferral([], "Ada Byron")).toBeNull();
  });
});

describe("a draft left behind", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });

  it("is there again by its question, without fields the question no longer has", () => {
    const draft = { ...newDraft(plan, ads, "me"), reason: "Half a thought", budgets: { email: "70", in_store_screen: "9" } };
    keepDraft("question-1", draft);
    expect(keptDraft("question-1", newDraft(plan, ads, "you"))).toMatchObject({
      reason: "Half a thought", decidedBy: "me", budgets: { email: "70", paid_social: "200.00" },
    });
    expect(keptDraft("question-2", newDraft(plan, ads, "you")).reason).toBe("");
    dropDraft("question-1");
    expect(keptDraft("question-1", newDraft(plan, ads, "you")).reason).toBe("");
  });
});

describe("the time left", () => {
  it("is counted down in minutes and seconds, never below nothing", () => {
    expect([99.2, 60, 0, -4, 7260].map(formatCountdown)).toEqual(["1:40", "1:00", "0:00", "0:00", "2 h 1 min"]);
  });
});

describe("words of the server", () => {
  it("are sentences, with one full stop", () => {
    expect(sentence("send budgets within the limits..")).toBe("Send budgets within the limits.");
    expect(sentence("There is no campaign.")).toBe("There is no campaign.");
    expect(sentence("")).toBe("");
    expect(inSentences(new Problem(422, "the sum is too high", "send less"))).toBe("The sum is too high. Send less.");
    expect(inSentences(new Error("it broke"))).toBe("It broke.");
  });

  it("name what nobody would see", () => {
    expect(visible("Soup \u202Emraw\u202C, £1\u200B")).toBe("Soup [U+202E]mraw[U+202C], £1[U+200B]");
  });
});
