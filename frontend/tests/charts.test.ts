import { createElement as h, type FunctionComponent } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { AllocationBars } from "@/components/allocation-bars";
import { BandChart } from "@/components/charts/band-chart";
import { shadeOf } from "@/components/charts/scale";
import { type Day, SeriesChart } from "@/components/charts/series-chart";
import { SmallChart } from "@/components/charts/small-chart";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { formatPounds } from "@/lib/format";
import type { Allocation } from "@/lib/types";

const drawn = <Props extends object>(component: FunctionComponent<Props>, props: Props): string => renderToStaticMarkup(h(component, props));
/** The same numbers at every run, on both sides of zero. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648 - 0.5) * 4000;
  });
}
/** Nothing at all, one point, the same twice, nothing known, below zero, and whatever comes. */
const DATA: (number | null)[][] = [
  [], [5], [-5], [0, 0], [null, null], [-3, -2, -1], [null, 4, null], ...Array.from({ length: 40 }, (_, seed) => numbers(1 + (seed % 9), seed + 1)),
];

function expectDrawable(markup: string): void {
  expect(markup).not.toMatch(/NaN|Infinity|undefined/);
  for (const [, side] of markup.matchAll(/<rect[^>]*? (?:width|height)="([^"]+)"/g)) expect(Number(side)).toBeGreaterThanOrEqual(0);
  for (const [rect] of markup.matchAll(/<rect[^>]*>/g)) expect(rect).not.toMatch(/(?:width|height)="-/);
  for (const [, share] of markup.matchAll(/(?:left|width):(-?[\d.e-]+)%/g)) expect(Number(share)).toBeGreaterThanOrEqual(0);
}

const days = (values: (number | null)[], ahead: number): Day[] =>
  values.map((value, index) => {
    const isAhead = index >= values.length - ahead;
    return {
      date: `2026-11-${String(index + 1).padStart(2, "0")}`, units: isAhead ? null : value, expected: value, low: value === null ? null : value - 1,
      high: value === null ? null : value + 1, outside: index % 2 ? "above" : null, ahead: isAhead ? value : null,
    };
  });
const band = (values: (number | null)[]) => ({
  label: "A", xs: values.map((_, index) => index), line: values, low: values, high: values, range: [-10, 10] as const, units: { x: "day", y: "units a store" },
  from: { x: 3, label: "flight" }, formatX: String, formatY: String, describe: String,
});

describe("each chart, whatever it is given", () => {
  it("draws nothing negative and nothing that is no number", () => {
    for (const values of DATA) {
      for (const ahead of [0, 1, values.length]) expectDrawable(drawn(SeriesChart, { days: days(values, ahead), label: "Sales" }));
      for (const kind of ["bars", "line"] as const) {
        for (const from of [0, undefined]) expectDrawable(drawn(SmallChart, { values, ahead: 1, kind, label: "Rain, mm a day", format: String, ...(from === undefined ? {} : { from }) }));
      }
      expectDrawable(drawn(BandChart, band(values)));
    }
  });

  it("says what its scale counts, and where it does not begin at zero", () => {
    expect(drawn(SeriesChart, { days: days([900, 950], 0), label: "Sales" })).toContain("units a day; not from 0");
    expect(drawn(SeriesChart, { days: days([0, 950], 0), label: "Sales" })).not.toContain("not from 0");
    const chart = drawn(BandChart, band([1, 2, 3]));
    expect(chart).toContain(">units a store<");
    expect(chart).toContain(">day<");
    expect(drawn(BandChart, { ...band([1, 2, 3]), range: [5, 10] })).toContain("units a store; not from 0");
    expect(drawn(SmallChart, { values: [1, 2], ahead: 0, kind: "line", label: "Rain, mm a day", format: String })).toContain("Rain, mm a day");
  });

  it("marks zero where its scale crosses it", () => {
    const charts = (low: number): string[] => [
      drawn(SeriesChart, { days: days([low, 9], 0), label: "Sales" }),
      drawn(SmallChart, { values: [low, 9], ahead: 0, kind: "line", label: "Temperature, °C", format: String }),
      drawn(BandChart, { ...band([low, 9]), range: [low, 9] }),
      drawn(IntervalBar, { interval: { low, high: 9, level: 0.8 }, point: 8, from: low, to: 9, label: "ROI" }),
    ];
    for (const chart of charts(-9)) expect(chart).toContain("data-zero");
    for (const chart of charts(5)) expect(chart).not.toContain("data-zero");
  });
});

describe("an interval", () => {
  it("stays within its line, whatever the figures", () => {
    for (let seed = 1; seed < 60; seed++) {
      const [a = 0, b = 0, point = 0, from = 0, to = 0] = numbers(5, seed);
      expectDrawable(drawn(IntervalBar, { interval: { low: Math.min(a, b), high: Math.max(a, b), level: 0.8 }, point, from, to: seed % 5 ? to : from, label: "ROI" }));
    }
  });

  it("has its scale beneath it in its own units, with zero in place", () => {
    const axis = drawn(IntervalAxis, { from: -1000, to: 1000, format: formatPounds });
    for (const text of [formatPounds(-1000), "£1,000", ">0<"]) expect(axis).toContain(text);
    const allocation = { channel: "email", budget: 100, expected_incremental_sales: 50, interval: { low: -200, high: 300, level: 0.8 }, marginal_return: 1, reason: "" } as unknown as Allocation;
    const bars = drawn(AllocationBars, { allocations: [allocation] });
    expect(bars).toContain("data-axis");
    expect(bars).toContain(formatPounds(-200));
    expectDrawable(bars);
    expectDrawable(drawn(AllocationBars, { allocations: [] }));
  });
});

describe("the parts of a day's spend", () => {
  it("have each a shade of its own, also where a channel more is bought than there were when this was drawn", () => {
    for (const parts of [1, 2, 5, 9]) {
      const shades = Array.from({ length: parts }, (_, at) => shadeOf(at, parts));
      expect(new Set(shades).size).toBe(parts);
      expect(Math.max(...shades)).toBe(1);
      expect(Math.min(...shades)).toBeGreaterThanOrEqual(0.3 - 1e-9);
    }
  });
});
