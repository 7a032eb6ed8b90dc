"use client";

import { type Day, SeriesChart } from "@/components/charts/series-chart";
import { SmallChart } from "@/components/charts/small-chart";
import { ErrorState, Loading } from "@/components/basics/states";
import { formatCount, formatDay, formatPercent, named } from "@/lib/format";
import { useSeries } from "@/lib/queries";
import type { SignalSeries } from "@/lib/types";
import type { Place } from "./signal-matrix";

const DAYS = 42;

/** One category in one region: sales in their band, and what drives them, on the same days. */
export function SeriesPanel({ place }: { place: Place }) {
  const series = useSeries(place.category, place.region, DAYS);
  if (series.isError && !series.data) return <ErrorState error={series.error} retry={() => void series.refetch()} />;
  if (!series.data) return <Loading label="the series" rows={7} isTall />;
  const data = series.data;
  const days = daysOf(data);
  const ahead = data.dates_ahead.length;
  return (
    <div className="flex flex-col gap-3 p-4">
      <Legend level={data.band_level} />
      <SeriesChart days={days} label={`Sales of ${data.category} in ${data.region}`} />
      <SmallChart label="Rain, mm a day" kind="bars" values={[...data.rain_mm, ...data.rain_ahead]} ahead={ahead} format={formatCount} from={0} />
      <SmallChart label="Mean temperature, °C" kind="line" values={[...data.temperature_c, ...data.temperature_ahead]} ahead={ahead} format={formatCount} />
      <SmallChart label="Search interest, index (100 is usual)" kind="line" values={[...data.search, ...data.dates_ahead.map(() => null)]} ahead={ahead} format={formatCount} />
      <details className="text-xs">
        <summary className="cursor-pointer font-medium text-accent">The figures as a table</summary>
        <Figures days={days} caption={`${named(data.category)} in ${data.region}`} />
      </details>
    </div>
  );
}

function daysOf(data: SignalSeries): Day[] {
  const observed = data.dates.map((date, index) => ({
    date, units: data.units[index] ?? null, expected: data.expected[index] ?? null, low: data.low[index] ?? null,
    high: data.high[index] ?? null, outside: data.outside[index] ?? null, ahead: null,
  }));
  const ahead = data.dates_ahead.map((date, index) => ({
    date, units: null, expected: null, low: null, high: null, outside: null, ahead: data.units_ahead[index] ?? null,
  }));
  return [...observed, ...ahead];
}

function Legend({ level }: { level: number }) {
  return (
    <p className="drawn flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
      <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-0.5 w-4 bg-accent" /> Units sold</span>
      <span className="inline-flex items-center gap-1.5"><span aria-hidden className="w-4 border-t border-dashed border-ink-3" /> Expected</span>
      <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-3 w-4 rounded-sm bg-accent/15" /> {formatPercent(level)} band</span>
      <span className="inline-flex items-center gap-1.5"><span aria-hidden className="size-2.5 rounded-full border-2 border-bad" /> Outside the band</span>
    </p>
  );
}

function Figures({ days, caption }: { days: Day[]; caption: string }) {
  return (
    <div className="scroll-thin mt-2 max-h-64 overflow-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="w-full text-right">
        <caption className="sr-only">{caption}</caption>
        <thead className="sticky top-0 bg-surface text-ink-3">
          <tr>
            {["Day", "Units", "Expected", "Low", "High"].map((title) => <th key={title} scope="col" className="px-2 py-1 font-medium first:text-left">{title}</th>)}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr key={day.date} className="border-t">
              <th scope="row" className="px-2 py-1 text-left font-normal">{formatDay(day.date)}</th>
              {[day.units, day.expected ?? day.ahead, day.low, day.high].map((value, index) => <td key={index} className="px-2 py-1">{formatCount(value)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
