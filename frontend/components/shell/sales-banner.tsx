"use client";

import { FileWarning } from "lucide-react";
import { useClock } from "@/lib/queries";

/** Where days come with files: why no new one is taken up. It is tried again by itself once a file changes. */
export function SalesBanner() {
  const clock = useClock().data;
  if (!clock?.problem) return null;
  return (
    <p role="alert" className="flex items-start gap-2 border-t bg-bad-soft px-4 py-2 text-[0.8125rem] text-bad lg:px-5">
      <FileWarning aria-hidden size={16} className="mt-0.5 shrink-0" />
      <span className="min-w-0 break-words">
        <span className="font-semibold">No new day is taken up of {clock.source}.</span> {clock.problem} Nothing is lost: it goes on once the files
        have changed.
      </span>
    </p>
  );
}
