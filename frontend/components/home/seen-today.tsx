"use client";

import Link from "next/link";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { useDayWords } from "@/components/world-controls/day-words";
import { useTrends } from "@/lib/queries";
import { Quiet } from "./quiet";

const SHOWN = 8;

/** What sensing saw today and did not propose, each with its one reason: what no ad mends stands first. */
export function SeenToday() {
  const { data, isError, error, refetch } = useTrends();
  const { on } = useDayWords();
  const seen = [...(data?.seen ?? [])].sort((a, b) => Number(b.why === "not_advertisable") - Number(a.why === "not_advertisable"));
  return (
    <Section
      id="seen-today" title="Seen, not proposed" padded={false}
      aside={<Link href="/signals" className="tap text-xs font-medium text-accent hover:underline">All signals</Link>}
    >
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="what sensing saw" rows={3} />
      ) : seen.length ? (
        <ul className="divide-y" aria-label="Seen, not proposed">
          {seen.slice(0, SHOWN).map((one) => (
            <li key={`${one.category} ${one.headline}`} className="px-4 py-2">
              <p className="text-[0.8125rem] text-pretty">{one.headline}</p>
              <p className="mt-0.5 text-xs text-pretty text-ink-3">Not proposed, because {one.reason.replace(/\.$/, "")}.</p>
            </li>
          ))}
        </ul>
      ) : (
        <Quiet>Nothing else stands out from chance {on}.</Quiet>
      )}
    </Section>
  );
}
