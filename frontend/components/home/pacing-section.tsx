"use client";

import Link from "next/link";
import { Quiet } from "@/components/basics/quiet";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { notToldYet } from "@/components/campaign-table/rows";
import { PaceChip, PaceKey, RunningFlight } from "@/components/running/running-flight";
import { wholeWords } from "@/lib/pace";
import { usePacing } from "@/lib/queries";
import type { FlightPace, Pacing } from "@/lib/types";

/** Whether what runs spends as planned, and what it will have spent at its end. */
export function PacingSection() {
  const { data, isError, error, refetch } = usePacing();
  return (
    <Section id="pacing" title="Running flights" padded={false} aside={data?.pace != null || data?.flights_untold ? <Whole pacing={data} /> : null}>
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="the pacing" rows={3} />
      ) : data.items.length ? (
        <>
          <ul className="scroll-thin max-h-[28rem] divide-y overflow-y-auto" tabIndex={0} aria-label="Flights that are running, the one that ends soonest first">
            {data.items.map((one) => <Row key={one.campaign_id} flight={one} />)}
          </ul>
          <div className="border-t px-4 py-2"><PaceKey /></div>
        </>
      ) : (
        <Quiet>{data.unreadable.length ? "No other flight runs." : "No flight runs."} What is booked is followed here from its first day, against its plan.</Quiet>
      )}
    </Section>
  );
}

function Whole({ pacing }: { pacing: Pacing }) {
  return (
    <span className="num text-xs text-ink-3">
      {wholeWords(pacing)}{pacing.flights_untold ? `; ${notToldYet(pacing.flights_untold)}` : ""}
    </span>
  );
}

function Row({ flight: one }: { flight: FlightPace }) {
  return (
    <li className="relative px-4 py-2.5 hover:bg-raised">
      <p className="flex items-center justify-between gap-3">
        <Link href={`/campaigns?id=${one.campaign_id}#performance`} className="min-w-0 text-[0.8125rem] font-medium after:absolute after:inset-0">
          {one.called}
        </Link>
        <PaceChip flight={one} />
      </p>
      <div className="mt-1"><RunningFlight flight={one} /></div>
    </li>
  );
}
