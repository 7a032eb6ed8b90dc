"use client";

import { ProvenanceTag } from "@/components/basics/badge";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { formatCount, formatNumber, formatPercent, formatPounds, formatRange, formatSigned } from "@/lib/format";
import { useResults } from "@/lib/prompts";
import type { PromptResults, ReleaseResult } from "@/lib/types";
import { ChartNoAxesColumn } from "lucide-react";

const ctr = (value: number): string => formatPercent(value, 2);
const points = (value: number): string => `${formatSigned(value * 100, 2)} points`;

/** Of a scale's length, on either side of what is shown on it. */
const AIR = 0.1;

/** What became of the campaigns each release was given to. */
export function OutcomePanel({ name }: { name: string }) {
  const results = useResults(name);
  if (results.isError && !results.data) return <ErrorState error={results.error} retry={() => void results.refetch()} />;
  if (!results.data) return <Loading label="the outcome" rows={6} />;
  if (!results.data.releases.length) {
    return <EmptyState icon={ChartNoAxesColumn} title="Nothing was released yet">Figures appear here once campaigns are written with a release.</EmptyState>;
  }
  return <Board results={results.data} />;
}

function Board({ results }: { results: PromptResults }) {
  const leading = results.releases.find(({ hash }) => hash === results.leading);
  const level = results.releases.find((one) => one.ctr_interval)?.ctr_interval?.level;
  const clicks = ends(results.releases.map((one) => one.ctr_interval));
  const lifts = ends(results.releases.map((one) => one.iroas_interval));
  return (
    <div className="flex flex-col gap-3">
      {level ? <p className="text-xs text-ink-2">Ranges are {formatPercent(level)} intervals.</p> : null}
      {results.releases.map((release) => (
        <section key={`${release.hash} ${release.version ?? "draft"}`} aria-label={titleOf(release)} data-release={release.hash} className="rounded-lg border p-3">
          <header className="flex flex-wrap items-center gap-2 text-[0.8125rem]">
            <h3 className="font-semibold">{titleOf(release)}</h3>
            {release.labels.map((label) => <span key={label} className={`chip ${label === "production" ? "tone-ok" : "tone-run"}`}>{label}{label === "production" && release.weight !== null && release.weight < 1 ? ` ${formatPercent(release.weight)}` : ""}</span>)}
            {release.simulated ? <ProvenanceTag kind="simulated" /> : null}
            {release.mock ? <ProvenanceTag kind="mock" /> : null}
            <code className="ml-auto text-xs text-ink-3">{release.hash}</code>
          </header>
          <p className="num mt-1 text-xs text-ink-3">
            {formatCount(release.campaigns)} {release.campaigns === 1 ? "campaign" : "campaigns"}, {formatCount(release.measured)} measured
            {release.simulated ? `, ${formatCount(release.simulated)} with simulated shoppers` : ""}
            {release.measured ? ` · ${formatPounds(release.spend)} spent` : ""}
          </p>
          {release.measured ? (
            <dl className="mt-2 grid gap-3 sm:grid-cols-2">
              <Figure
                label="Clicks for each impression (CTR)" value={release.ctr} interval={release.ctr_interval} scale={clicks} format={ctr}
                difference={release.ctr_difference} formatDifference={points} leading={leading}
              />
              <Figure
                label="Sales caused for each pound (iROAS)" value={release.iroas} interval={release.iroas_interval} scale={lifts} format={(value) => formatNumber(value)}
                difference={release.iroas_difference} formatDifference={(value) => formatSigned(value)} leading={leading}
              />
            </dl>
          ) : (
            <p className="mt-2 text-xs text-ink-2">{release.campaigns ? "No final report yet." : "Given to no campaign yet."}</p>
          )}
        </section>
      ))}
      <details className="text-xs text-ink-3">
        <summary className="cursor-pointer font-medium text-accent">How it is reckoned</summary>
        <p className="mt-1.5">{results.method}</p>
      </details>
    </div>
  );
}

interface FigureProps {
  label: string;
  value: number | null;
  interval: ReleaseResult["ctr_interval"];
  scale: [number, number];
  format: (value: number) => string;
  difference: ReleaseResult["ctr_difference"];
  formatDifference: (value: number) => string;
  /** The one the others are held against. */
  leading: ReleaseResult | undefined;
}

function Figure({ label, value, interval, scale, format, difference, formatDifference, leading }: FigureProps) {
  const range = interval ? formatRange(interval.low, interval.high, format) : "";
  return (
    <div className="min-w-0">
      <dt className="label">{label}</dt>
      <dd className="num text-[0.8125rem]">
        <span className="font-medium">{value === null ? "–" : format(value)}</span> {range ? <span className="text-xs text-ink-3">{range}</span> : null}
        {value !== null && interval ? (
          <>
            <IntervalBar interval={interval} point={value} from={scale[0]} to={scale[1]} label={`${label}: ${format(value)}, ${range}`} />
            <IntervalAxis from={scale[0]} to={scale[1]} format={format} />
          </>
        ) : null}
        {difference ? (
          <span className="block text-xs text-ink-2">
            {formatDifference(difference.value)} against {leading ? inText(titleOf(leading)) : "the leading one"}, {formatRange(difference.interval.low, difference.interval.high, formatDifference)}
            {difference.interval.low <= 0 && difference.interval.high >= 0 ? ": no difference is shown" : ""}
          </span>
        ) : null}
      </dd>
    </div>
  );
}

const titleOf = (release: ReleaseResult): string => (release.version === null ? "A run's own wording" : `Version ${release.version}`);

const inText = (title: string): string => title[0]?.toLowerCase() + title.slice(1);

/** The ends of a scale all intervals fit on. From zero, the little that tells releases apart would not be seen. */
function ends(intervals: (ReleaseResult["ctr_interval"])[]): [number, number] {
  const known = intervals.filter((one) => one !== null);
  if (!known.length) return [0, 1];
  const [low, high] = [Math.min(...known.map((one) => one.low)), Math.max(...known.map((one) => one.high))];
  const air = (high - low) * AIR;
  return [low - air, high + air];
}
