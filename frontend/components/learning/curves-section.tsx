"use client";

import { BandChart } from "@/components/charts/band-chart";
import { Figures } from "@/components/charts/figures";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { channelName, formatDay, formatNumber, formatPercent, formatPounds, formatRange, named, words } from "@/lib/format";
import { useCurves } from "@/lib/learning";
import type { CategoryCurves, ResponseCurve } from "@/lib/types";

/** What each channel is believed to sell for what is spent on it, in pounds a flight. */
export function CurvesSection({ world, category }: { world: string; category: string }) {
  const curves = useCurves(world, category);
  const data = curves.data;
  return (
    <Section id="curves" title={`What a channel sells: ${named(category)}`} aside={data ? <span className="text-xs text-ink-3">{formatPercent(data.level)} interval</span> : null}>
      {curves.isError ? <ErrorState error={curves.error} retry={() => void curves.refetch()} /> : data ? <Curves data={data} /> : <Loading label="the curves" rows={7} isTall />}
    </Section>
  );
}

function Curves({ data }: { data: CategoryCurves }) {
  const flight = data.stores * data.days;
  const highest = Math.max(...data.curves.flatMap((curve) => [...curve.high, ...curve.points.map((point) => point.interval.high)])) * flight;
  const lowest = Math.min(0, ...data.curves.flatMap((curve) => curve.points.map((point) => point.interval.low))) * flight;
  const [tried, untried] = [data.curves.filter(isTried), data.curves.filter((curve) => !isTried(curve))];
  const chart = (curve: ResponseCurve) => <Curve key={curve.cell} curve={curve} data={data} range={[lowest, highest * 1.03]} />;
  return (
    <>
      <p className="mb-3 text-xs text-ink-2">
        Extra sales of a flight of {data.days} days in {data.stores} stores, to {words(data.audience).toLowerCase()}, where a store sells {formatPounds(data.daily_sales)} a
        day without ads. Line: what we expect. Band: the range that holds the true figure {formatPercent(data.level)} of the time. Ring: what one campaign sold in one group of
        stores, less what its other channels are thought to have sold there.
        {data.barred.length ? ` The law allows no ads on ${data.barred.map(channelName).join(", ")} here.` : ""}
      </p>
      {tried.length ? <div className={GRID}>{tried.map(chart)}</div> : null}
      {untried.length ? (
        <section aria-labelledby="untried-title" className={tried.length ? "mt-5 border-t pt-4" : ""} data-testid="untried">
          <h3 id="untried-title" className="card-title">Not tried yet for {data.category}</h3>
          <p className="mt-0.5 mb-3 text-xs text-ink-2">
            No campaign for these shoppers has measured {untried.length === 1 ? "this channel" : "these channels"} here. What is drawn is the start value that a first plan begins with, not something
            that was seen.
          </p>
          <div className={GRID}>{untried.map(chart)}</div>
        </section>
      ) : null}
    </>
  );
}

const GRID = "grid gap-x-5 gap-y-4 sm:grid-cols-2 min-[80rem]:grid-cols-3";

/** Whether a campaign has measured the channel here: a lesson from elsewhere may move what is believed of one nobody bought. */
const isTried = (curve: ResponseCurve): boolean => curve.points.length > 0;

function learnedWords(curve: ResponseCurve): string {
  const lessons = curve.lessons === 1 ? "1 lesson" : `${curve.lessons} lessons`;
  if (isTried(curve)) return lessons;
  return curve.lessons ? `not tried yet: the start value, moved by ${lessons} on other channels` : "not tried yet: the start value";
}

const kilo = (value: number): string => (Math.abs(value) < 1000 ? formatPounds(value) : `£${formatNumber(value / 1000, Number.isInteger(value / 1000) ? 0 : 1)}k`);

function Curve({ curve, data, range }: { curve: ResponseCurve; data: CategoryCurves; range: readonly [number, number] }) {
  const flight = data.stores * data.days;
  const pounds = (values: number[]): number[] => values.map((value) => value * flight);
  const [spend, sales, low, high] = [pounds(curve.spend), pounds(curve.sales), pounds(curve.low), pounds(curve.high)];
  const level = formatPercent(data.level);
  return (
    <figure className="min-w-0">
      <figcaption className="flex flex-wrap items-baseline justify-between gap-x-2 text-[0.8125rem] font-medium">
        <span className="whitespace-nowrap">{channelName(curve.channel)}</span> <span className="text-xs font-normal text-ink-3">{learnedWords(curve)}</span>
      </figcaption>
      <BandChart
        label={`${channelName(curve.channel)}: incremental sales by spend, with ${level} interval`} xs={spend} line={sales} low={low} high={high} range={range}
        marks={curve.points.map((point) => ({ x: point.spend * flight, y: point.sales * flight, low: point.interval.low * flight, high: point.interval.high * flight }))}
        units={{ x: "spent in a flight", y: "incremental sales" }} isGuess={!isTried(curve)} formatX={kilo} formatY={kilo}
        describe={(index) => `${formatPounds(spend[index])} spent sell ${formatPounds(sales[index])}, ${level} interval ${formatRange(low[index], high[index], formatPounds)}`}
      />
      <Figures
        caption={`${channelName(curve.channel)}, what is believed and what was measured`} columns={["Spend", "Sales", `${level} interval`]}
        rows={[
          ...spend.map((value, index) => [formatPounds(value), formatPounds(sales[index]), formatRange(low[index], high[index], formatPounds)]),
          ...curve.points.map((point) => [
            `${formatPounds(point.spend * flight)}, measured ${formatDay(point.learned_on)}`, formatPounds(point.sales * flight),
            formatRange(point.interval.low * flight, point.interval.high * flight, formatPounds),
          ]),
        ]}
      />
    </figure>
  );
}
