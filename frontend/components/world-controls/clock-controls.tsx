"use client";

import { Pause, Play, SkipForward } from "lucide-react";
import Link from "next/link";
import { inSentences } from "@/lib/api";
import { formatCountdown, formatDayAndYear } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { useIsStale } from "@/lib/live";
import { useClock } from "@/lib/queries";
import type { ClockState } from "@/lib/types";
import { useSetClock, useStepClock } from "./actions";
import { asksFirst, LapseDialog } from "./lapse-dialog";
import { useWorldDay } from "./world-day";

const SPEEDS = [0.5, 1, 3, 10, 30, 60, 600];

/** The world's day. While the connection is down it stands still and says so. */
export function WorldDay() {
  const clock = useClock();
  const isStale = useIsStale();
  const today = useWorldDay();
  const isHeld = Boolean(clock.data?.is_held) && !isStale;
  if (clock.data?.calendar === "real") return <RealDay clock={clock.data} today={today} isStale={isStale} />;
  return (
    <p className="num min-w-34 leading-tight whitespace-nowrap">
      <span className="block text-[0.6875rem] text-ink-3">
        {isStale ? "As of last contact" : isHeld ? <Held clock={clock.data} readAt={clock.dataUpdatedAt} /> : <Simulated clock={clock.data} />}
      </span>
      <span className="text-[0.8125rem] font-semibold">{formatDayAndYear(today)}</span>
    </p>
  );
}

/** The newest day of real sales, and that the next one is waited for. */
function RealDay({ clock, today, isStale }: { clock: ClockState; today: string | undefined; isStale: boolean }) {
  const next = clock.problem ? "no new day is taken up" : clock.running ? "waiting for the next day" : "paused";
  return (
    <p className="num leading-tight" title={clock.provenance.source}>
      <span className="block text-[0.6875rem] text-ink-3">{isStale ? "As of last contact" : `Real sales of ${clock.source}`}</span>
      <span className={`text-[0.8125rem] font-semibold ${clock.problem ? "text-bad" : ""}`}>Sales to {formatDayAndYear(today)}; {next}</span>
    </p>
  );
}

/** Whose world it is, and how its shoppers answer to ads, in a word. */
function Simulated({ clock }: { clock: ClockState | undefined }) {
  if (!clock) return "Live world";
  if (clock.calendar === "recorded") return <span title={clock.provenance.source}>Recorded sales, {clock.source}</span>;
  return <span title={`Its simulated shoppers are of the kind called ${clock.shoppers}`}>Simulated world, {clock.shoppers}</span>;
}

/** The day is over, and the clock waits for people: for whom, and how long still. */
function Held({ clock, readAt }: { clock: ClockState | undefined; readAt: number }) {
  const now = useNow(1000);
  const given = clock?.next_day_in ?? null;
  const left = given === null || !now ? null : given - (now - readAt) / 1000;
  return (
    <Link href="/approvals" className="font-medium text-wait hover:underline" title="The day is over. The clock waits for decisions, then goes on.">
      Held for a decision{left !== null && left > 0 ? ` ${formatCountdown(left)}` : ""}
    </Link>
  );
}

/** Start, pause, step and speed. */
export function ClockControls() {
  const clock = useClock().data;
  const set = useSetClock();
  const step = useStepClock(useWorldDay());
  const isStale = useIsStale();
  const error = (asksFirst(step.error) ? null : step.error) ?? set.error;
  const running = clock?.running ?? false;
  const isReal = clock?.calendar === "real";
  const isRecorded = clock?.calendar === "recorded";
  const speeds = clock && !SPEEDS.includes(clock.speed) ? [...SPEEDS, clock.speed].sort((a, b) => a - b) : SPEEDS;
  return (
    <div role="group" aria-label={isReal ? "Taking up new days" : isRecorded ? "Clock" : "World clock"} className="flex items-center gap-1.5">
      <button
        type="button" className="btn btn-icon" disabled={isStale || !clock || set.isPending}
        aria-label={isReal ? (running ? "Pause taking up new days" : "Take up new days") : `${running ? "Pause" : "Start"} the ${isRecorded ? "" : "world's "}clock`}
        title={running ? "Pause" : "Start"}
        onClick={() => set.mutate({ running: !running })}
      >
        {running ? <Pause aria-hidden size={15} /> : <Play aria-hidden size={15} />}
      </button>
      {isReal ? null : <button
        type="button" className="btn btn-icon" disabled={isStale || !clock || step.isPending} aria-label="Move one day on"
        title="One day on" onClick={() => step.mutate(0)}
      >
        <SkipForward aria-hidden size={15} />
      </button>}
      {isReal ? null : <select
        aria-label={`Speed in ${isRecorded ? "recorded" : "world"} days a minute`} className="field num w-auto pr-1" value={clock?.speed ?? 3} disabled={isStale || !clock}
        onChange={(event) => set.mutate({ running, speed: Number(event.target.value) })}
      >
        {speeds.map((speed) => (
          <option key={speed} value={speed}>
            {speed} days/min
          </option>
        ))}
      </select>}
      <LapseDialog error={step.error} isPending={step.isPending} onMoveOn={step.mutate} onClose={step.reset} />
      {error ? (
        <span role="alert" className="max-w-60 text-xs text-bad">{inSentences(error)}</span>
      ) : null}
    </div>
  );
}
