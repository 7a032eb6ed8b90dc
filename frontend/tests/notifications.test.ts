import { describe, expect, it } from "vitest";
import { saidOf } from "@/components/notifications/aloud";
import { isUnread, parsed, withRead } from "@/components/notifications/read";
import type { ShownNotice } from "@/lib/types";

const notice = (id: string, at: string, more: Partial<ShownNotice> = {}): ShownNotice => ({
  id, at, kind: "proposal", title: `Title ${id}`, text: `Text ${id}.`, link: "/approvals?id=1", campaign_id: null, is_open: false, ...more,
});
const SINCE = "2026-11-23T10:00:00.000Z";
const old = notice("old", "2026-11-22T10:00:00Z");
const fresh = notice("fresh", "2026-11-23T10:00:00.500Z");

describe("what is unread", () => {
  it("is what came since this browser first looked, and of before only what still asks for something", () => {
    const read = { since: SINCE, ids: [] };
    expect(isUnread(old, read)).toBe(false);
    expect(isUnread({ ...old, is_open: true }, read)).toBe(true);
    expect(isUnread(fresh, read)).toBe(true);
  });

  it("is not what was read, which is remembered no longer than it is listed", () => {
    const read = withRead({ since: SINCE, ids: ["gone"] }, ["fresh"], [fresh, old]);
    expect(read.ids).toEqual(["fresh"]);
    expect(isUnread({ ...fresh, is_open: true }, read)).toBe(false);
  });

  it("is begun anew where the browser kept nothing, or nothing that can be read", () => {
    for (const text of [null, "", "{", "[]", "{\"since\":\"never\",\"ids\":[]}", "{\"since\":3}", "null"]) expect(parsed(text)).toBeNull();
    expect(parsed(JSON.stringify({ since: SINCE, ids: ["a", 3] }))).toEqual({ since: SINCE, ids: ["a"] });
  });
});

describe("what is said aloud", () => {
  it("is nothing of what the page began with, and nothing twice", () => {
    expect(saidOf(undefined, [fresh, old])).toBe("");
    expect(saidOf([fresh, old], [fresh, old])).toBe("");
    expect(saidOf([old], [fresh, old])).toBe("Title fresh: Text fresh.");
    expect(saidOf([], [fresh])).toBe("Title fresh: Text fresh.");
  });

  it("is a number where many have come, and nothing of older ones that come into the list", () => {
    const many = ["c", "b", "a"].map((id) => notice(id, "2026-11-23T11:00:00Z"));
    expect(saidOf([fresh], [...many, fresh])).toBe("3 new notifications.");
    expect(saidOf([fresh], [fresh, old])).toBe("");
  });
});
