import { describe, expect, it } from "vitest";
import { type Place, placeFor } from "@/components/everywhere/kept-focus";

const part = (more: Partial<Place> = {}): Place => ({ isThere: true, isControl: false, isDisabled: false, isNamed: false, ...more });
const button = (more: Partial<Place> = {}): Place => part({ isControl: true, ...more });
const found = (...trail: Place[]): number => trail.indexOf(placeFor(trail, (place) => place) as Place);

describe("the keyboard, when what had it goes", () => {
  it("stays where it is still possible", () => {
    expect(found(button(), part({ isNamed: true }))).toBe(0);
  });

  it("goes into the nearest part of the page that is left and has a name", () => {
    expect(found(button({ isThere: false }), part(), part({ isThere: false, isNamed: true }), part({ isNamed: true }), part({ isNamed: true }))).toBe(3);
  });

  it("waits for a button that is only busy, and comes back to it", () => {
    expect(placeFor([button({ isDisabled: true }), part({ isNamed: true })], (place) => place)).toBeNull();
  });

  it("goes back to what opened a dialog, before any part of the page", () => {
    const gone = [button({ isThere: false }), part({ isThere: false, isNamed: true })];
    expect(found(...gone, button(), part({ isNamed: true }))).toBe(2);
    expect(placeFor([...gone, button({ isDisabled: true })], (place) => place), "busy with what the dialog asked for").toBeNull();
    expect(found(...gone, button({ isThere: false }), part({ isNamed: true })), "gone with what it did").toBe(3);
  });
});
