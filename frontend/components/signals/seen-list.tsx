"use client";

import { useDayWords } from "@/components/world-controls/day-words";
import type { Seen } from "@/lib/types";

/** What sensing saw and did not propose, each with its one reason. Findings that no ad mends are told with the trends. */
export function SeenList({ seen }: { seen: Seen[] }) {
  const { on } = useDayWords();
  const faint = seen.filter((one) => one.why !== "not_advertisable");
  if (!faint.length) return <p className="px-4 py-3 text-xs text-ink-3">Nothing else stands out from chance {on}.</p>;
  return (
    <ul className="scroll-thin scroll-fade max-h-48 divide-y overflow-y-auto" tabIndex={0} aria-label="Seen, not proposed">
      {faint.map((one) => (
        <li key={`${one.category} ${one.headline}`} className="px-4 py-2">
          <p className="text-[0.8125rem]">{one.headline}</p>
          <p className="num mt-0.5 text-xs text-ink-3">Not proposed, because {one.reason}.</p>
        </li>
      ))}
    </ul>
  );
}
