import { describe, expect, it } from "vitest";
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
