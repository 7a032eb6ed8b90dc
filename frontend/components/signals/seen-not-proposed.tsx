"use client";

import type { ReactNode } from "react";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDayAndYear } from "@/lib/format";
import { useTrends } from "@/lib/queries";
import { seenByDay } from "./seen-by-day";

/** What sensing saw and did not propose, by its day and each with its one reason: Home and Signals tell the same list. */
export function SeenNotProposed({ aside = null }: { aside?: ReactNode }) {
  const { data, isError, error, refetch } = useTrends();
  const { on } = useDayWords();
  const days = seenByDay(data?.seen ?? []);
  return (
    <Section id="seen" title="Seen, not proposed" padded={false} aside={aside}>
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="what sensing saw" rows={3} />
      ) : days.length ? (
        <div className="scroll-thin scroll-fade max-h-96 overflow-y-auto" tabIndex={0} role="region" aria-label="What was seen and not proposed">
          {days.map(({ day, seen }) => (
            <section key={day} aria-label={formatDayAndYear(day)}>
              <h3 className="num px-4 pt-2.5 text-xs font-medium text-ink-2"><time dateTime={day}>{formatDayAndYear(day)}</time></h3>
              <ul className="divide-y" aria-label={`Seen on ${formatDayAndYear(day)}, not proposed`}>
                {seen.map((one) => (
                  <li key={`${one.category} ${one.headline}`} className="px-4 py-2">
                    <p className="text-[0.8125rem] text-pretty">{one.headline}</p>
                    <p className="num mt-0.5 text-xs text-pretty text-ink-3">Not proposed, because {one.reason}.</p>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      ) : (
        <p className="px-4 py-5 text-[0.8125rem] text-pretty text-ink-2">Nothing else stands out from chance {on}, {formatDayAndYear(data.today)}.</p>
      )}
    </Section>
  );
}
