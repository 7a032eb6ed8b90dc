import { describe, expect, it } from "vitest";
import { answerOf, type Draft, newDraft, totalOf } from "@/components/approval-form/draft";
import { tooLong } from "@/components/approval-form/limits";
import { CHANNELS } from "@/generated/channels";
import { fieldNamed, fieldsOf } from "@/lib/json-schema";
import type { CampaignPlan, Creative, JsonObject } from "@/lib/types";

const SCHEMA: JsonObject = {
  type: "object",
  required: ["decision"],
  properties: {
    decision: { enum: ["approve", "edit", "reject"], type: "string" },
    reason: { type: "string", maxLength: 500, default: "" },
    copy_edits: { type: "array", items: { $ref: "#/$defs/CopyEdit" } },
  },
  $defs: {
    CopyEdit: {
      type: "object",
      required: ["creative_id"],
      properties: { creative_id: { type: "string" }, headline: { anyOf: [{ type: "string", minLength: 3, maxLength: 60 }, { type: "null" }] } },
    },
  },
};

const plan = { budget: 300, allocations: [{ channel: "email", budget: 100 }, { channel: "paid_social", budget: 200 }] } as CampaignPlan;
const ad = { id: "ad-1", headline: "Rain outside", body: "Soup inside.", call_to_action: "Shop" } as Creative;
const fresh = (): Draft => newDraft(plan, [ad], "media team");

describe("the form at the gate", () => {
  it("reads kinds and bounds from the schema, through references and alternatives", () => {
    const fields = fieldsOf(SCHEMA);
    expect(fields.map((field) => [field.name, field.kind])).toEqual([["decision", "choice"], ["reason", "text"], ["copy_edits", "list"]]);
    expect(fieldNamed(fields, "reason")?.maxLength).toBe(500);
    expect(fieldNamed(fieldNamed(fields, "copy_edits")?.item ?? [], "headline")).toMatchObject({ minLength: 3, maxLength: 60 });
  });

  it("approves what was not touched", () => {
    expect(answerOf(fresh(), plan, [ad], "approve")).toEqual({ decision: "approve", reason: "", decided_by: "media team" });
  });

  it("sends only the budgets and the words that differ, to the penny", () => {
    const draft = fresh();
    draft.budgets.email = "99.999";
    draft.budgets.paid_social = "150.5";
    draft.copy["ad-1"] = { headline: "Rain outside", body: " Soup for two. ", call_to_action: "Shop" };
    expect(answerOf(draft, plan, [ad], "approve")).toMatchObject({
      decision: "edit", budgets: [{ channel: "paid_social", budget: 150.5 }], copy_edits: [{ creative_id: "ad-1", body: "Soup for two." }],
    });
    expect(totalOf(draft)).toBe(250.5);
  });

  it("counts words that are too long for their channel, and cuts none", () => {
    const email = { ...ad, channel: "email" } as Creative;
    const draft = newDraft(plan, [email], "media team");
    expect(tooLong(draft, [email])).toBeNull();
    const most = CHANNELS.email.text.headline;
    draft.copy["ad-1"] = { headline: "x".repeat(most), body: "Soup inside.", call_to_action: "Shop" };
    expect(tooLong(draft, [email])).toBeNull();
    draft.copy["ad-1"] = { headline: "x".repeat(most + 3), body: "Soup inside.", call_to_action: "Shop" };
    expect(tooLong(draft, [email])).toBe(`Email: the headline is 3 characters too long for its ${most}.`);
  });

  it("sends back with what the planner can act on, and no edit", () => {
    const draft = { ...fresh(), reason: "Warmer words", wishes: { leaveOut: ["email"], atMost: "150.5" } };
    draft.budgets.email = "1";
    expect(answerOf(draft, plan, [ad], "send_back")).toEqual({
      decision: "send_back", reason: "Warmer words", decided_by: "media team", leave_out: ["email"], at_most: 150.5,
    });
  });

  it("drops edits from a rejection, which may not carry any", () => {
    const draft = { ...fresh(), reason: " Too late. ", budgets: { email: "1", paid_social: "200" } };
    expect(answerOf(draft, plan, [ad], "reject")).toEqual({ decision: "reject", reason: "Too late.", decided_by: "media team" });
  });
});
