"use client";

import { ProvenanceTag } from "@/components/basics/badge";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDay, formatDayAndYear, named, words } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useSignals, useTrends } from "@/lib/queries";
import type { Opportunity, SignalsToday } from "@/lib/types";
import { SeenSection } from "./seen-section";
import { SeriesPanel } from "./series-panel";
import { type Place, SignalMatrix } from "./signal-matrix";
import { TrendList } from "./trend-list";
import { WeatherAhead } from "./weather-ahead";

/** What sensing sees: everything at a glance, one series in full, what was detected, the weather to come. */
export function Signals() {
  const signals = useSignals();
  const trends = useTrends();
  const url = useUrlState();
  const { on } = useDayWords();
  if (signals.isError && !signals.data) {
    return <div className="card"><ErrorState error={signals.error} retry={() => void signals.refetch()} /></div>;
  }
  if (!signals.data) return <div className="card"><Loading label="the signals" rows={12} /></div>;
  const place: Place = {
    category: known(url.get("category"), signals.data.categories) ?? firstOf(trends.data?.items[0], signals.data.categories) ?? signals.data.categories[0] ?? "",
    region: known(url.get("region"), signals.data.regions) ?? trends.data?.items[0]?.regions[0] ?? signals.data.regions[0] ?? "",
  };
  const choose = (next: Place): void =>
    url.set({ category: next.category, region: next.region }, { isStep: next.category !== place.category || next.region !== place.region });
  return (
    <>
      <Provenances signals={signals.data} />
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)] min-[87.5rem]:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Section id="trends" title={`Detected ${on}`} padded={false}>
            {trends.data ? (
              <TrendList trends={trends.data.items} onChoose={(trend) => choose({ category: firstOf(trend, signals.data.categories) ?? place.category, region: trend.regions[0] ?? place.region })} />
            ) : (
              <Loading label="trends" rows={3} />
            )}
          </Section>
          <Section
            id="matrix" title="Sales against expectation" padded={false}
            aside={<span className="text-xs text-ink-3">{formatDay(signals.data.today)} alone; arrows: outside the 95% band</span>}
          >
            <SignalMatrix signals={signals.data} chosen={place} onChoose={choose} />
          </Section>
          <SeenSection id="seen" />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Section id="series" title={`${named(place.category)}, ${place.region}`} padded={false} aside={<ProvenanceTag kind={signals.data.provenance.sales} />}>
            <SeriesPanel place={place} />
          </Section>
          <Section
            id="weather" title="Weather ahead" padded={false}
            aside={
              <span className="flex items-center gap-2 text-xs text-ink-3">
                mean °C and mm of rain <ProvenanceTag kind={signals.data.provenance.weather} />
              </span>
            }
          >
            <WeatherAhead weather={signals.data.weather} />
          </Section>
        </div>
      </div>
    </>
  );
}

/** What an address names may be no name of ours. */
/** The category of what was detected or, where it is told across several, one of those. */
const firstOf = (trend: Opportunity | undefined, names: string[]): string | null =>
  trend ? ([trend.category, ...(trend.categories ?? [])].find((name) => names.includes(name)) ?? null) : null;

const known = (name: string | null, names: string[]): string | null => (name !== null && names.includes(name) ? name : null);

/** Streams of one kind are named together. */
function Provenances({ signals }: { signals: SignalsToday }) {
  const { source, shoppers, ...streams } = signals.provenance;
  const kinds = [...new Set(Object.values(streams))];
  return (
    <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
      <h1 className="text-[0.9375rem] font-semibold">
        Signals <span className="num font-normal text-ink-3">{formatDayAndYear(signals.today)}</span>
      </h1>
      <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2" aria-label="What is real and what is simulated">
        {kinds.map((kind) => (
          <li key={kind} className="inline-flex items-center gap-1.5">
            <ProvenanceTag kind={kind} />
            {words(Object.entries(streams).filter(([, of]) => of === kind).map(([stream]) => stream).join(", "))}
          </li>
        ))}
      </ul>
      <p className="text-xs text-ink-3">{shoppers ? `${source}, ${shoppers} shoppers` : source}</p>
    </header>
  );
}
