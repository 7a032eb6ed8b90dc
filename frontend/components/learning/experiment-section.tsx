"use client";

import { useState } from "react";
import { BandChart } from "@/components/charts/band-chart";
import { Figures } from "@/components/charts/figures";
import { Fact, Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { channelName, formatChange, formatCount, formatDay, formatDayShort, formatPercent, formatPounds, formatRange, sentence, named, words } from "@/lib/format";
import { useExperiment } from "@/lib/learning";
import type { CampaignExperiment, Channel, Lesson } from "@/lib/types";

/** The experiment that a campaign was. */
export function ExperimentSection({ lessons }: { lessons: Lesson[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const lesson = lessons.find((one) => one.id === chosen) ?? lessons[0];
  return (
    <Section
      id="experiment" title="The experiment of a campaign"
      aside={
        lesson ? (
          <select aria-label="Campaign" className="field max-w-full" value={lesson.id} onChange={(event) => setChosen(event.target.value)}>
            {lessons.map((one) => <option key={one.id} value={one.id}>{named(one.category)}, {formatDayShort(one.learned_on)}{one.cycle > 1 ? `, cycle ${one.cycle}` : ""}</option>)}
          </select>
        ) : null
      }
    >
      {lesson ? <Asked lesson={lesson} /> : <p className="text-[0.8125rem] text-ink-2">No campaign has been measured yet.</p>}
    </Section>
  );
}

function Asked({ lesson }: { lesson: Lesson }) {
  const experiment = useExperiment(lesson.campaign_id, lesson.cycle);
  if (experiment.isError) return <ErrorState error={experiment.error} retry={() => void experiment.refetch()} />;
  return experiment.data ? <Experiment data={experiment.data} /> : <Loading label="the experiment" rows={8} />;
}

function Experiment({ data }: { data: CampaignExperiment }) {
  const level = formatPercent(data.level);
  const known = data.days.flatMap((day) => [day.treated, day.low, day.high]).filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const room = (high - low) * 0.06 || 1;
  const start = data.days.findIndex((day) => day.in_flight);
  const stores = data.arms.reduce((sum, arm) => sum + arm.stores.length, 0);
  return (
    <>
      <p className="mb-1 text-xs text-ink-2">
        Units sold a store and day: the {stores} stores with ads (line) beside what they would have sold without, judged by the {data.held_out.length} without ads (dashed;
        band: {level} interval). Before the flight, {formatPercent(data.before_inside)} of the days lie in the band.
      </p>
      <BandChart
        label={`Sales of ${data.category} in stores with ads and what was expected of them, with ${level} interval`} xs={data.days.map((_, index) => index)}
        line={data.days.map((day) => day.treated)} other={data.days.map((day) => day.expected)} low={data.days.map((day) => day.low)} high={data.days.map((day) => day.high)}
        units={{ x: "day", y: "units a store and day" }} range={[low - room, high + room]} from={{ x: start, label: "flight" }} height={220}
        formatX={(index) => formatDayShort(data.days[index]?.day)} formatY={formatCount}
        describe={(index) => {
          const day = data.days[index];
          return day ? `${formatDay(day.day)}: ${formatCount(day.treated)} sold, ${formatCount(day.expected)} expected, ${level} interval ${formatRange(day.low, day.high, formatCount)}` : "";
        }}
      />
      <Figures
        caption="Sales by day" columns={["Day", "With ads", "Held out", "Expected", `${level} interval`]}
        rows={data.days.map((day) => [`${formatDay(day.day)}${day.in_flight ? ", flight" : ""}`, formatCount(day.treated), formatCount(day.held_out), formatCount(day.expected), formatRange(day.low, day.high, formatCount)])}
      />
      <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 border-t pt-3">
        <Fact label="Lift" value={formatChange(data.lift, 1)} note="more units in the stores with ads" />
        <Fact label="Incremental sales" value={formatPounds(data.incremental_sales)} note={`${level} interval ${formatRange(data.incremental_interval.low, data.incremental_interval.high, formatPounds)}`} />
      </dl>
      <Arms data={data} level={level} />
      <details className="mt-2 text-xs text-ink-3">
        <summary className="tap cursor-pointer font-medium text-accent">How it was measured</summary>
        <p className="mt-1">{sentence(data.method)}</p>
      </details>
    </>
  );
}

const precise = (value: number): string => formatChange(value, 1);

function Arms({ data, level }: { data: CampaignExperiment; level: string }) {
  return (
    <div className="scroll-thin mt-3 overflow-x-auto" tabIndex={0} role="region" aria-label="Stores by group">
      <table className="w-full text-xs">
        <caption className="sr-only">Stores by group, what was spent on them, and their lift</caption>
        <thead className="text-left text-ink-3">
          <tr>{["Group", "Stores", "Spend", `Lift, ${level} interval`].map((title) => <th key={title} scope="col" className="py-1 pr-3 font-medium">{title}</th>)}</tr>
        </thead>
        <tbody>
          {data.arms.map((arm) => (
            <tr key={arm.name} className="border-t align-top">
              <th scope="row" className="py-1 pr-3 text-left font-normal">{words(arm.name)}</th>
              <td className="num py-1 pr-3" title={arm.stores.join(", ")}>{arm.stores.length}</td>
              <td className="num py-1 pr-3">{(Object.entries(arm.spend) as [Channel, number][]).map(([channel, spend]) => `${channelName(channel)} ${formatPounds(spend)}`).join(", ")}</td>
              <td className="num py-1">{arm.lift === null ? "–" : `${precise(arm.lift)}, ${formatRange(arm.lift_interval?.low, arm.lift_interval?.high, precise)}`}</td>
            </tr>
          ))}
          <tr className="border-t">
            <th scope="row" className="py-1 pr-3 text-left font-normal">Held out</th>
            <td className="num py-1 pr-3" title={data.held_out.join(", ")}>{data.held_out.length}</td>
            <td className="py-1 pr-3">none</td>
            <td className="py-1">–</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
