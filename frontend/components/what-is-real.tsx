"use client";

import { ProvenanceTag } from "@/components/basics/badge";
import { inSentences, inShort, realSalesOf } from "@/lib/provenance";
import { useClock } from "@/lib/queries";
import type { Opportunity } from "@/lib/types";

/** At the foot of the side: what is real of what is served. */
export function WhatIsReal() {
  const provenance = useClock().data?.provenance;
  return <p className="px-2.5 text-xs leading-relaxed text-ink-3">{provenance ? inSentences(provenance) : "\u00a0"}</p>;
}

/** Beside a campaign: whether its sales and its ads are real. The flights of trials are simulated, whatever they have `seen` before. */
export function WorldTag({ world, seen }: { world: string | null; seen?: Opportunity | undefined }) {
  const clock = useClock().data;
  const isServed = world === null || world === clock?.world_id;
  const elsewhere = isServed || world === null ? null : realSalesOf(world);
  if (elsewhere) return <Tag title={`Of ${elsewhere}, which is not what is served now`}>Real sales</Tag>;
  if (!isServed && seen?.evidence.some((one) => one.stream === "sales" && one.provenance === "real")) {
    return <Tag title="Real: the sales until it was detected. Simulated: the days of its flight, its ads, how shoppers answer to them.">Real sales, simulated flight</Tag>;
  }
  if (!clock || !isServed || inShort(clock.provenance) === "Simulated") return <ProvenanceTag kind="simulated" />;
  return <Tag title={inSentences(clock.provenance)}>{inShort(clock.provenance)}</Tag>;
}

function Tag({ title, children }: { title: string; children: string }) {
  return (
    <span title={title} className="inline-block rounded border border-line-strong px-1.5 text-[0.6875rem] leading-[1.125rem] font-medium text-ink-2">
      {children}
    </span>
  );
}
