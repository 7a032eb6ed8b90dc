"use client";

import { CircleX } from "lucide-react";
import { Section } from "@/components/basics/section";
import { formatDayAndYear } from "@/lib/format";
import { inSentences } from "@/lib/provenance";
import { useClock } from "@/lib/queries";

/** Whose sales the loop runs on where they are not simulated, to which day, and why no new one is taken up. */
export function Served() {
  const clock = useClock().data;
  if (!clock || clock.calendar === "simulated") return null;
  return (
    <Section id="served" title={`Served now: ${clock.source}`}>
      {clock.problem ? (
        <p className="mb-2 flex items-start gap-2 text-[0.8125rem] font-medium break-words text-bad">
          <CircleX aria-hidden size={16} className="mt-0.5 shrink-0" /> <span className="min-w-0">No new day is taken up. {clock.problem}</span>
        </p>
      ) : null}
      <p className="text-[0.8125rem] text-ink-2">
        {clock.calendar === "real" ? "Sales to" : "Recorded sales, at"} {formatDayAndYear(clock.today)}. {inSentences(clock.provenance)}
      </p>
      <p className="mt-1 text-xs text-ink-3">{clock.provenance.source}</p>
    </Section>
  );
}
