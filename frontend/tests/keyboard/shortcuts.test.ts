import { describe, expect, it } from "vitest";
import { fitting, PAGES, takesLetters, wantedBy } from "@/components/everywhere/shortcuts";

const key = (name: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey", boolean>> = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });
const at = { isTyping: false, isAfterG: false, single: true };

describe("the keyboard map", () => {
  it("leads to each page by g and a letter of its own", () => {
    expect(new Set(PAGES.map(({ letter }) => letter)).size).toBe(PAGES.length);
    expect(wantedBy(key("g"), at)).toEqual({ kind: "first" });
    for (const { letter, href } of PAGES) expect(wantedBy(key(letter), { ...at, isAfterG: true })).toEqual({ kind: "page", href });
    expect(wantedBy(key("h"), at)).toBeNull();
  });

  it("keeps quiet while somebody types, and where keys without Ctrl are switched off", () => {
    for (const quiet of [{ ...at, isTyping: true }, { ...at, single: false }]) {
      for (const name of ["g", "?", "h"]) expect(wantedBy(key(name), { ...quiet, isAfterG: true })).toBeNull();
      expect(wantedBy(key("k", { ctrlKey: true }), quiet)).toEqual({ kind: "palette" });
    }
    expect(wantedBy(key("g", { ctrlKey: true }), at), "the browser's own").toBeNull();
    expect(wantedBy(key("k", { ctrlKey: true, altKey: true }), at)).toBeNull();
  });

  it("knows what takes letters for itself", () => {
    expect(takesLetters(null)).toBe(false);
    expect(takesLetters({ tagName: "BUTTON" })).toBe(false);
    for (const tagName of ["INPUT", "TEXTAREA", "SELECT"]) expect(takesLetters({ tagName })).toBe(true);
    expect(takesLetters({ tagName: "DIV", isContentEditable: true })).toBe(true);
  });

  it("finds what is offered by the beginnings of its words", () => {
    const labels = (typed: string) => fitting([{ label: "Trigger Heavy-rain" }, { label: "Stop booking" }, { label: "Home" }], typed).map(({ label }) => label);
    expect(labels("")).toHaveLength(3);
    expect(labels("rain")).toEqual(["Trigger Heavy-rain"]);
    expect(labels("boo st")).toEqual(["Stop booking"]);
    expect(labels("ome")).toEqual([]);
  });
});
