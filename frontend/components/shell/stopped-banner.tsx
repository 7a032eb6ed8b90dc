"use client";

import { OctagonX } from "lucide-react";
import { formatMoment } from "@/lib/format";
import { useKillSwitch } from "@/lib/queries";

/** Says on every page that nothing is being booked. */
export function StoppedBanner() {
  const { data } = useKillSwitch();
  if (!data?.stopped) return null;
  return (
    <div role="status" className="tone-bad flex flex-wrap items-center gap-x-2 border-b px-4 py-2 text-[0.8125rem]">
      <OctagonX aria-hidden size={16} className="shrink-0" />
      <strong className="font-semibold">All booking is stopped.</strong>
      <span className="min-w-0">
        <bdi>{data.reason}</bdi> (<bdi>{data.changed_by}</bdi>, {formatMoment(data.changed_at)})
      </span>
    </div>
  );
}
