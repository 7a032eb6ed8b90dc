"use client";

import { Gauge } from "lucide-react";
import Link from "next/link";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { formatDayShort, formatPounds, words } from "@/lib/format";
import { isOnPace, paceWords } from "@/lib/pace";
import { usePacing } from "@/lib/queries";
import type { FlightPace, Pacing } from "@/lib/types";
import { Quiet } from "./quiet";

/** Whether what runs spends as planned, and what it will have spent at its end. */
export function PacingSection() {
  const { data, isError, error, refetch } = usePacing();
  return (
    <Section id="pacing" title="Pacing" padded={false} aside={data?.pace != null ? <Whole pacing={data} /> : null}>
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="the pacing" rows={3} />
      ) : data.items.length ? (
        <>
          <ul className="scroll-thin max-h-96 divide-y overflow-y-auto" tabIndex={0} aria-label="Flights that are running, the one that ends soonest first">
            {data.items.map((one) => <Row key={one.campaign_id} flight={one} />)}
          </ul>
          <p className="border-t px-4 py-2 text-[0.6875rem] text-pretty text-ink-3">
            Bar: spent, of all that is committed. Line: planned by then. Each to the last day the platform reports in full; the estimate goes on at the same pace.
          </p>
        </>
      ) : (
        <Quiet>No flight runs. What is booked is followed here from its first day, against its plan.</Quiet>
      )}
    </Section>
  );
}

function Whole({ pacing }: { pacing: Pacing }) {
  return (
    <span className="num text-xs text-ink-3">
      {formatPounds(pacing.spent)} of {formatPounds(pacing.planned)} planned
      {pacing.estimate === null ? "" : `, ${formatPounds(pacing.estimate)} of ${formatPounds(pacing.committed)} at the end`}
    </span>
  );
}

function Row({ flight: one }: { flight: FlightPace }) {
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1.5 px-4 py-2.5 hover:bg-raised sm:grid-cols-[9rem_minmax(0,1fr)_6.5rem]">
      <div className="min-w-0">
        <Link href={`/campaigns?id=${one.campaign_id}#performance`} className="block truncate text-[0.8125rem] font-medium after:absolute after:inset-0">
          {words(one.category ?? "Campaign")}
        </Link>
        <span className="num block text-[0.6875rem] text-ink-3">{one.flight ? `ends ${formatDayShort(one.flight.end)}` : "not told"}</span>
      </div>
      <p className="text-right sm:order-last"><PaceChip pace={one.pace} isTold={one.spent !== null} /></p>
      <div className="min-w-0 max-sm:col-span-2">
        <Bar flight={one} />
        <p className="num mt-1 flex flex-wrap justify-between gap-x-4 text-[0.6875rem] text-ink-3">{figuresOf(one)}</p>
      </div>
    </li>
  );
}

function figuresOf(one: FlightPace) {
  if (one.spent === null) return <span>The ad platform does not tell what it has delivered.</span>;
  if (one.through === null) return <span>{formatPounds(one.committed)} committed; no day is reported in full yet</span>;
  return (
    <>
      <span><strong className="font-semibold text-ink">{formatPounds(one.spent)}</strong> of {formatPounds(one.planned)} planned to {formatDayShort(one.through)}</span>
      <span>{formatPounds(one.estimate)} of {formatPounds(one.committed)} at the end</span>
    </>
  );
}

function PaceChip({ pace, isTold }: { pace: number | null; isTold: boolean }) {
  if (pace === null) return <span className="chip tone-idle">{isTold ? "Too early" : "Unknown"}</span>;
  const text = paceWords(pace);
  return (
    <span className={`chip num ${isOnPace(pace) ? "tone-ok" : "tone-wait"}`}>
      <Gauge aria-hidden size={12} /> {text.charAt(0).toUpperCase() + text.slice(1)}
    </span>
  );
}

function Bar({ flight: { spent, planned, committed, estimate } }: { flight: FlightPace }) {
  const share = (amount: number | null): string => `${Math.min((amount ?? 0) / (committed || 1), 1) * 100}%`;
  return (
    <div aria-hidden className="relative h-2 rounded-full bg-idle-soft">
      <span className="absolute inset-y-0 left-0 rounded-full bg-accent/30" style={{ width: share(estimate) }} />
      <span className="absolute inset-y-0 left-0 rounded-full bg-accent" style={{ width: share(spent) }} />
      {planned ? <span className="absolute -inset-y-1 w-0.5 bg-ink-2" style={{ left: share(planned) }} /> : null}
    </div>
  );
}
