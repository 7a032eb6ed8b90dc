"use client";

import { CalendarX2, FileWarning } from "lucide-react";
import { agedWords } from "@/components/world-controls/day-words";
import { inSentences, Problem } from "@/lib/api";
import { useNow } from "@/lib/hooks/use-now";
import { useClock } from "@/lib/queries";

const AN_HOUR_MS = 3_600_000;

/** Where days come with files: why no new one is taken up, or why there is no first one. It is tried again by itself once a file changes. */
export function SalesBanner() {
  const { data: clock, error } = useClock();
  const unread = !clock && error instanceof Problem && error.status === 422 ? inSentences(error) : "";
  const problem = clock?.problem || unread;
  const now = useNow(AN_HOUR_MS);
  if (!problem) return clock && now ? <Aged text={agedWords(clock, now)} /> : null;
  return (
    <p role="alert" className="flex items-start gap-2 border-t bg-bad-soft px-4 py-2 text-[0.8125rem] text-bad lg:px-5">
      <FileWarning aria-hidden size={16} className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">
        <span className="font-semibold">{clock ? `No new day is taken up of ${clock.source}.` : "The sales cannot be read."}</span> {problem} Nothing is lost: it goes on once the files
        have changed.
      </span>
    </p>
  );
}

/** Sales so old that what is planned on them lies in the past, where ads are really bought. */
function Aged({ text }: { text: string }) {
  if (!text) return null;
  return (
    <p role="status" className="tone-wait flex items-start gap-2 border-t px-4 py-2 text-[0.8125rem] lg:px-5">
      <CalendarX2 aria-hidden size={16} className="mt-0.5 shrink-0" /> <span className="min-w-0">{text}</span>
    </p>
  );
}
