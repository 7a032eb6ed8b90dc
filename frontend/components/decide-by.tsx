"use client";

import { Hourglass } from "lucide-react";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatCountdown, formatDay } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { useLive } from "@/lib/live";
import { useClock } from "@/lib/queries";
import type { CampaignPlan } from "@/lib/types";

/** The live world's day. */
export function useToday(): string | null {
  const clock = useClock().data;
  const live = useLive((state) => state.today);
  return live && clock && live > clock.today ? live : clock?.today ?? live;
}

/** A plan can be approved until its flight's first day; from then on the server refuses it. */
export const hasBegun = (plan: CampaignPlan, today: string): boolean => plan.flight.start <= today;

function dayAfter(day: string): string {
  const next = new Date(day);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

const AN_HOUR = 3600;

/** Until when a plan can be approved, in the world's days and, on the last of them, in the reader's minutes. */
export function DecideBy({ plan }: { plan: CampaignPlan }) {
  const today = useToday();
  const clock = useClock();
  const { goesOn, isNow, isPaused } = useDayWords();
  const isReal = clock.data?.calendar === "real";
  const isLastDay = today !== null && dayAfter(today) === plan.flight.start;
  const now = useNow(1000, isLastDay);
  if (!today) return null;
  if (hasBegun(plan, today)) {
    return (
      <p className="mt-3 text-xs font-medium text-wait">
        Too late to approve: the flight began {formatDay(plan.flight.start)} and {isNow} {formatDay(today)}. Reject it;
        if it still shows a week after it was first proposed, sensing proposes it again.
      </p>
    );
  }
  const given = clock.data?.next_day_in ?? null;
  const left = given === null || !now ? null : given - (now - clock.dataUpdatedAt) / 1000;
  const isCounted = isLastDay && left !== null && left < AN_HOUR;
  return (
    <p className="mt-3 flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
      <span>
        {isReal
          ? `Decide before the sales of ${formatDay(plan.flight.start)} come in: the flight begins then. The newest are of ${formatDay(today)}`
          : `Decide before ${formatDay(plan.flight.start)}, when the flight begins; ${isNow} ${formatDay(today)}`}
        {clock.data && !clock.data.running ? `, and ${isPaused}.` : "."}
      </span>
      {isCounted ? (
        <strong role="timer" className="num inline-flex items-center gap-1.5 rounded-md bg-wait-soft px-2 py-1 font-semibold text-wait">
          <Hourglass aria-hidden size={13} />
          {left > 0 ? `Decide within ${formatCountdown(left)}, then ${goesOn}` : "The next day begins"}
        </strong>
      ) : null}
    </p>
  );
}
