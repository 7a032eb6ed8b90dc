import { expect, test } from "vitest";
import { doneWords } from "@/components/gate/several";
import { notBooked } from "@/components/gate/what-came";
import { cameLate, ofYours } from "@/components/gate/unanswered";
import { Problem } from "@/lib/api";

const refused = (code: string): Problem => new Problem(409, "no", null, null, code);

test("of several that were all too late, nothing is said to be on its way", () => {
  expect(doneWords({ accepted: 0, total: 0 }, false)).toBe("None approved: nothing is booked.");
  expect(doneWords({ accepted: 0, total: 0 }, true)).toBe("None rejected.");
  expect(doneWords({ accepted: 1, total: 999.99 }, false)).toBe("1 approved, £999.99: on its way to be booked.");
  expect(doneWords({ accepted: 2, total: 2000 }, false)).toBe("2 approved, £2,000.00: on their way to be booked.");
});

test("a decision that came after its question was over is said to have come late, not to have stayed unsent", () => {
  expect([refused("already_decided"), refused("too_late"), refused("conflict"), new TypeError("lost")].map(cameLate)).toEqual([true, true, false, false]);
  expect(ofYours(null, true, true)).toBe("Yours came after that and was not taken.");
  expect(ofYours(null, false, true)).toBe("Nothing of yours was sent.");
  expect(ofYours("Asking whether that was yours.", true, true)).toBe("Asking whether that was yours.");
  expect(ofYours(null, false, false)).toBe("");
});

test("an approval that booking stopped before the money was spent is not said to be on its way", () => {
  const fault = { step: "Booking", happened: "Booking was stopped by Bob.", remedy: "Resume booking before sending this again." };
  expect(notBooked({ status: "FAILED", fault }, false)).toBe(`Not booked: it failed in Booking. ${fault.happened} ${fault.remedy}`);
  expect(notBooked({ status: "FAILED", fault: null }, false)).toBe("Not booked: it failed.");
  for (const status of ["SHADOWED", "NOT_WORTH_SPENDING", "REFUSED"] as const) expect(notBooked({ status, fault: null }, true)).toMatch(/^Not booked: [^,]+\.|would not pay\.$/);
  expect(notBooked({ status: "PLANNED", fault: null }, true)).toContain("comes back here");
  expect(notBooked({ status: "PLANNED", fault: null }, false)).toBe("Not booked yet: it is on its way.");
});
