"use client";

import { Gauge } from "lucide-react";
import { isOnPace, paceWords, planWords, spendWords } from "@/lib/pace";
import { usePacing } from "@/lib/queries";
import type { FlightPace } from "@/lib/types";
import { FlightControls } from "./flight-controls";

/** How a flight that runs in the live world keeps to its plan; none where it does not. */
export const useRunningFlight = (campaignId: string | null): FlightPace | undefined =>
  usePacing().data?.items.find((one) => one.campaign_id === campaignId);

/** Spent, planned and expected at the end, and beneath it what can be done about it. */
export function RunningFlight({ flight, isAlone = false }: { flight: FlightPace; isAlone?: boolean }) {
  return (
    <div className="min-w-0">
      <FlightSpend flight={flight} isAlone={isAlone} />
      <ControlsOf flight={flight} isAlone={isAlone} />
    </div>
  );
}

export function FlightSpend({ flight, isAlone }: { flight: FlightPace; isAlone: boolean }) {
  return (
    <>
      <p className="num flex flex-wrap items-baseline justify-between gap-x-4 text-[0.8125rem]">
        <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1"><strong className="font-semibold">{spendWords(flight)}</strong>{isAlone ? <PaceChip flight={flight} /> : null}</span>
        <span className="text-xs text-ink-3">{planWords(flight)}</span>
      </p>
      <PaceBar flight={flight} />
    </>
  );
}

/** The buttons of a flight the platform tells of, and why it did not do what was asked of it last. */
export function ControlsOf({ flight, isAlone = false }: { flight: FlightPace; isAlone?: boolean }) {
  const { campaign_id, called, is_paused, committed, refused } = flight;
  if (is_paused === null || committed === null) return null;
  return (
    <div className="relative z-2 mt-2 w-fit">
      <FlightControls campaignId={campaign_id} {...(isAlone ? {} : { called })} isPaused={is_paused} committed={committed} />
      {refused ? <p role="alert" className="mt-2 text-xs text-bad">Not done: {refused}</p> : null}
    </div>
  );
}

export function PaceChip({ flight: { pace, charged, is_paused } }: { flight: FlightPace }) {
  if (is_paused) return <span className="chip tone-wait">Paused</span>;
  if (pace === null) return <span className="chip tone-idle">{charged === null ? "Unknown" : "Too early"}</span>;
  const text = paceWords(pace);
  return (
    <span className={`chip num ${isOnPace(pace) ? "tone-ok" : "tone-wait"}`}>
      <Gauge aria-hidden size={12} /> {text.charAt(0).toUpperCase() + text.slice(1)}
    </span>
  );
}

/** What each part of the bar is told as, and how it looks. */
const KEY: [string, string][] = [["Spent to the last full day", "bg-accent"], ["Spent since", "bg-accent/60"], ["Heading for", "bg-accent/25"]];

/** The parts of the bar in its order, as shares of what is committed: as far as all three reach, so much will have been spent.
 * What is spent since the days told in full is set apart, since no plan is held against it. */
export function partsOf({ spent, charged, estimate, committed }: FlightPace): number[] {
  let reached = 0;
  return [spent, charged, estimate].map((amount) => {
    const upTo = Math.max(reached, Math.min((amount ?? 0) / (committed || 1), 1));
    const part = upTo - reached;
    reached = upTo;
    return part;
  });
}

function PaceBar({ flight }: { flight: FlightPace }) {
  const { planned, committed } = flight;
  const parts = partsOf(flight);
  return (
    <div aria-hidden className="drawn relative mt-1.5 h-2">
      <div className="flex h-full overflow-hidden rounded-full bg-idle-soft">
        {KEY.map(([label, look], index) => <span key={label} className={look} style={{ width: `${(parts[index] ?? 0) * 100}%` }} />)}
      </div>
      {planned ? <span className="absolute -inset-y-1 w-0.5 bg-ink-2" style={{ left: `${Math.min(planned / (committed || 1), 1) * 100}%` }} /> : null}
    </div>
  );
}

/** What the bars of running flights are drawn of, once for all of them. */
export function PaceKey() {
  return (
    <p aria-hidden className="drawn flex flex-wrap gap-x-4 gap-y-1 text-[0.6875rem] text-ink-3">
      {KEY.map(([label, look]) => (
        <span key={label} className="inline-flex items-center gap-1.5"><span className={`h-2 w-4 rounded-[3px] ${look}`} /> {label}</span>
      ))}
      <span className="inline-flex items-center gap-1.5"><span className="h-3 border-l-2 border-ink-2" /> Planned to the last full day</span>
    </p>
  );
}
