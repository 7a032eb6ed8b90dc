import { describe, expect, it } from "vitest";
import {
  formatAge, formatChange, formatCount, formatDay, formatDayWithin, formatDollars, formatDuration, formatFlight, formatInterval, formatPence, formatPercent, formatPounds, formatRange, formatSigned, formatWait, words,
} from "@/lib/format";

describe("formatting", () => {
  it.each([
    [formatPounds(4999.97), "£5,000"],
    [formatPounds(-862.4), "−£862"],
    [formatPence(-1204.5), "−£1,204.50"],
    [formatInterval({ low: -0.55, high: 1.68, level: 0.8 }, formatSigned), "80%: −0.55 to +1.68"],
    [formatInterval(null, formatSigned), "–"],
    [formatPence(4999.97), "£4,999.97"],
    [formatPence(null), "–"],
    [formatDollars(0), "$0"],
    [formatDollars(0.00001), "less than $0.0001"],
    [formatDollars(0.00214), "$0.0021"],
    [formatDollars(1234.5), "$1,234.50"],
    [formatCount(-0.3), "0"],
    [formatCount(-1204), "−1,204"],
    [formatPercent(0.01243, 2), "1.24%"],
    [formatChange(-0.0948), "−9%"],
    [formatChange(0.23), "+23%"],
    [formatChange(-0.001), "0%"],
    [formatSigned(-0.1), "−0.10"],
    [formatSigned(0.8206), "+0.82"],
    [formatSigned(-0.001), "0.00"],
    [formatRange(1, 2, formatPounds), "£1 to £2"],
    [formatRange(null, 2, formatPounds), "–"],
    [formatDay("2026-11-05"), "Thu 5 Nov"],
    [formatDay("2026-09-22"), "Tue 22 Sep"],
    [formatDayWithin("2026-11-05", "2026-12-01"), "Thu 5 Nov"],
    [formatDayWithin("2017-07-03", "2026-12-01"), "Mon 3 Jul 2017"],
    [formatDayWithin("2026-11-05", undefined), "Thu 5 Nov"],
    [formatFlight("2026-11-05", "2026-11-11").replaceAll("\u2009", ""), "5–11 Nov"],
    [formatDuration(0.4), "<1 ms"],
    [formatDuration(149.99), "150 ms"],
    [formatDuration(3210), "3.2 s"],
    [formatDuration(245_000), "4 min 05 s"],
    [formatDuration(7_800_000), "2 h 10 min"],
    [formatWait(350), "350 ms"],
    [formatWait(59_700), "1 min"],
    [formatWait(245_000), "4 min"],
    [formatWait(7_800_000), "2 h 10 min"],
    [formatWait(180_000_000), "2 days"],
    [formatAge(1200), "now"],
    [formatAge(12_000), "12 s ago"],
    [formatAge(250_000), "4 min ago"],
    [words("lapsing_buyers"), "Lapsing buyers"],
  ])("%s is %s", (shown, wanted) => {
    expect(shown).toBe(wanted);
  });
});
