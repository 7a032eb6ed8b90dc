import { describe, expect, it } from "vitest";
import { type Drafts, withDraft, withoutFinished } from "@/lib/events/drafts";
import type { AnswerDraft } from "@/lib/types";
import { begins, ends, event, falters, THREAD } from "../campaign-events";

const draft = (call: string, headline: string, more: Partial<AnswerDraft> = {}): AnswerDraft => ({
  type: "draft", thread_id: THREAD, call_id: call, node: "creative", model: "openai:some-model", channel: "email", state: "writing",
  fields: { headline }, ...more,
});
const shown = (drafts: Drafts): string[] => (drafts[THREAD] ?? []).map(({ fields }) => fields["headline"] ?? "");
const after = (...told: AnswerDraft[]): Drafts => told.reduce(withDraft, {});

describe("answers being written", () => {
  it("grow in their places", () => {
    const drafts = after(draft("a", "Soup"), draft("b", "Rain", { channel: "onsite_display" }), draft("a", "Soup for a wet day", { state: "written" }));
    expect(shown(drafts)).toEqual(["Soup for a wet day", "Rain"]);
  });

  it("that are taken back are shown no more, nor is the ad that is written anew in their place", () => {
    expect(shown(after(draft("a", "Half"), draft("a", "", { state: "taken_back", fields: {} })))).toEqual([]);
    expect(shown(after(draft("a", "Said before", { state: "written" }), draft("b", "Another")))).toEqual(["Another"]);
  });

  it("are let go when their step finishes, or is to be tried again", () => {
    const drafts = after(draft("a", "Soup"), draft("b", "Brief", { node: "strategy" }));
    expect(shown(withoutFinished(drafts, [event(1, begins("creative"))]))).toEqual(["Soup", "Brief"]);
    expect(shown(withoutFinished(drafts, [event(1, ends("creative", 5))]))).toEqual(["Brief"]);
    expect(shown(withoutFinished(drafts, [event(1, falters("creative", "it hung up"))]))).toEqual(["Brief"]);
    expect(withoutFinished(drafts, [event(1, ends("creative", 5), "another")])).toBe(drafts);
  });
});
