"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { SeenSection } from "@/components/signals/seen-section";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDayAndYear } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useWaiting } from "@/lib/queries";
import { useToday } from "@/components/decide-by";
import { Finished, useTaught } from "./finished";
import { Flights } from "./flights";
import { NeedsYou } from "./needs-you";
import { PacingSection } from "./pacing-section";

/** A media team's day: what needs a decision, what runs and when, whether it spends as planned, what came of it, what was left alone. */
export function Home() {
  const today = useToday();
  const [waiting, lessons] = [useWaiting(), useTaught()];
  const { homeDay } = useDayWords();
  useOldAddress();
  return (
    <>
      <h1 className="mb-3 text-[0.9375rem] font-semibold">
        Home <span className="num font-normal text-ink-3">{today ? homeDay(formatDayAndYear(today)) : "\u00a0"}</span>
      </h1>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <NeedsYou />
          <Below known={isSettled(waiting)}>
            <PacingSection />
            <Flights today={today} />
          </Below>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Finished />
          <Below known={isSettled(lessons)}>
            <SeenSection id="seen-today" most={8} />
          </Below>
        </div>
      </div>
    </>
  );
}

const isSettled = ({ data, isError }: { data: unknown; isError: boolean }): boolean => data !== undefined || isError;

/** What stands under a part of unknown length asks for its figures at once, and is shown where it stays. */
const Below = ({ known, children }: { known: boolean; children: ReactNode }) => (
  <div className={`flex min-w-0 flex-col gap-4 ${known ? "" : "invisible"}`}>{children}</div>
);

/** A campaign's steps were once shown here: an address that was kept still leads to them. */
function useOldAddress(): void {
  const router = useRouter();
  const campaign = useUrlState().get("campaign");
  useEffect(() => {
    if (campaign) router.replace(`/steps${window.location.search}`);
  }, [campaign, router]);
}
