import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { figureWords, nameOf } from "@/components/campaign-detail/changes-section";
import { Unreadable } from "@/components/campaign-table/unreadable";
import { whyNoResults } from "@/components/creative-library/library-card";
import { addressOf, askedOf, viewOf } from "@/components/creative-library/view";

const at = (address: string) => viewOf((name) => new URLSearchParams(address).get(name));

describe("the view of the creative library", () => {
  it("is all ads where the address says nothing, or what it cannot mean", () => {
    for (const address of ["", "status=gone", "status=constructor"]) {
      expect(askedOf(at(address)).toString()).toBe("");
      expect(Object.values(addressOf(at(address)))).toEqual([null, null, null, null, null]);
    }
  });

  it("comes back from its address, and is asked of the server in its words", () => {
    const view = { text: "warm bowl ", status: "done", category: "soup", region: "London", channel: "email" };
    const address = new URLSearchParams(Object.entries(addressOf(view)).map(([name, value]): [string, string] => [name, value ?? ""]));
    expect(at(address.toString())).toEqual(view);
    expect(askedOf(view).getAll("status")).toEqual(["COMPLETED", "CANCELED"]);
    expect(Object.fromEntries(askedOf(view))).toMatchObject({ text: "warm bowl", category: "soup", region: "London", channel: "email" });
  });
});

describe("an ad of which no results are told", () => {
  it("says whether it is to be shown, was never booked, or has no record", () => {
    expect(whyNoResults("ACTIVE")).toBe("Nothing has been reported yet.");
    expect(whyNoResults("AWAITING_APPROVAL")).toMatch(/^Not shown yet/);
    for (const status of ["LAPSED", "REJECTED", "REFUSED"] as const) expect(whyNoResults(status)).toMatch(/^Never shown/);
    for (const status of ["COMPLETED", "FAILED", "CANCELED"] as const) expect(whyNoResults(status)).toBe("There is no record that it was shown.");
  });
});

describe("campaigns that cannot be read", () => {
  it("are each named once, however many pages name them", () => {
    const torn = { campaign_id: "1", why: "the soup cannot be read" };
    const drawn = renderToStaticMarkup(createElement(Unreadable, { campaigns: [torn, torn], place: "among the ads" }));
    expect(drawn).toContain("One campaign cannot be read and is not among the ads.");
    expect(drawn.match(/the soup cannot be read/gi)).toHaveLength(1);
  });
});

describe("a line of the change history", () => {
  it("names a person with their role, the rule the loop went by, or the clock", () => {
    expect(nameOf({ kind: "person", name: "Ada", role: "approver" })).toBe("Ada, approver");
    expect(nameOf({ kind: "person", name: "media team", role: null })).toBe("media team");
    expect(nameOf({ kind: "person", name: "this machine", role: null })).toBe("Somebody at this machine");
    expect(nameOf({ kind: "rule", name: "strategy", role: null })).toBe("Strategy, by itself");
    expect(nameOf({ kind: "rule", name: "autonomy:capped", role: null })).toBe("The loop by itself, as it may (capped)");
    expect(nameOf({ kind: "clock", name: "clock", role: null })).toBe("The clock");
  });

  it("says pounds before and after", () => {
    expect(figureWords({ of: "sponsored_search", before: 400, after: 250 })).toBe("Sponsored search £400.00 → £250.00");
    expect(figureWords({ of: "email", before: 400, after: null })).toBe("Email £400.00 → nothing");
    expect(figureWords({ of: "committed", before: null, after: 12.5 })).toBe("Committed £12.50");
  });
});
