"use client";

import { useState } from "react";
import { BandChart } from "@/components/charts/band-chart";
import { Figures } from "@/components/charts/figures";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { channelName, formatDayShort, formatPercent, formatRange, words } from "@/lib/format";
import { useHistory } from "@/lib/learning";
import type { Believed, BeliefHistory } from "@/lib/types";

/** How one belief came to be what it is, lesson by lesson. */
export function HistorySection({ world, beliefs }: { world: string; beliefs: Believed[] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const cell = beliefs.find((belief) => belief.cell === chosen)?.cell ?? beliefs.toSorted((a, b) => (b.lessons?.length ?? 0) - (a.lessons?.length ?? 0))[0]?.cell;
  return (
    <Section
      id="history" title="What each lesson changed"
      aside={
        cell === undefined ? null : (
          <select aria-label="Belief" className="field" value={cell} onChange={(event) => setChosen(event.target.value)}>
            {beliefs.map((belief) => <option key={belief.cell} value={belief.cell}>{channelName(belief.channel)}, {words(belief.audience)}</option>)}
          </select>
        )
      }
    >
      {cell === undefined ? <p className="text-[0.8125rem] text-ink-2">Nothing has been learned of this category yet.</p> : <History world={world} cell={cell} />}
    </Section>
  );
}

function History({ world, cell }: { world: string; cell: string }) {
  const history = useHistory(world, cell);
  if (history.isError) return <ErrorState error={history.error} retry={() => void history.refetch()} />;
  if (!history.data) return <Loading label="the history" rows={5} />;
  return history.data.steps.length ? <Steps data={history.data} /> : <p className="text-[0.8125rem] text-ink-2">No lesson has changed this yet.</p>;
}

const share = (value: number): string => formatPercent(value, 1);

function Steps({ data }: { data: BeliefHistory }) {
  const first = data.steps[0];
  const places = [
    ...(first ? [{ when: "before", mean: first.before_mean, interval: first.before_interval, statement: "What was thought before these lessons." }] : []),
    ...data.steps.map((step) => ({ when: formatDayShort(step.learned_on), mean: step.after_mean, interval: step.after_interval, statement: step.statement })),
  ];
  const level = formatPercent(data.level);
  const highest = Math.max(...places.map((place) => place.interval.high));
  return (
    <>
      <p className="mb-1 text-xs text-ink-2">The most the channel is thought to add to sales, with {level} interval, before and after each lesson.</p>
      <BandChart
        label={`Belief in ${words(data.belief.cell.replaceAll("|", ", "))}, lesson by lesson, with ${level} interval`} xs={places.map((_, index) => index)}
        line={places.map((place) => place.mean)} low={places.map((place) => place.interval.low)} high={places.map((place) => place.interval.high)}
        units={{ x: "after each lesson", y: "sales added at most" }} range={[0, highest * 1.1]} formatX={(index) => (Number.isInteger(index) ? (places[index]?.when ?? "") : "")} formatY={share}
        describe={(index) => {
          const place = places[index];
          return place ? `${place.when}: ${share(place.mean)}, ${level} interval ${formatRange(place.interval.low, place.interval.high, share)}. ${place.statement}` : "";
        }}
      />
      <Figures
        caption="How the belief moved" columns={["After", "Effect", `${level} interval`]}
        rows={places.map((place) => [place.when, share(place.mean), formatRange(place.interval.low, place.interval.high, share)])}
      />
    </>
  );
}
