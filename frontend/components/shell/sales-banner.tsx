"use client";

import { FileWarning } from "lucide-react";
import { inSentences, Problem } from "@/lib/api";
import { useClock } from "@/lib/queries";

/** Where days come with files: why no new one is taken up, or why there is no first one. It is tried again by itself once a file changes. */
export function SalesBanner() {
  const { data: clock, error } = useClock();
  const unread = !clock && error instanceof Problem && error.status === 422 ? inSentences(error) : "";
  const problem = clock?.problem || unread;
  if (!problem) return null;
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
