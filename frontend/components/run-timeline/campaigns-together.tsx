"use client";

import { Loading } from "@/components/basics/states";
import { activeStep, outcomeOf, type Thread } from "@/lib/events/thread";
import { type Listed, threadStatus } from "@/lib/events/listed";
import { formatClock, formatDuration, formatWait, words } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { useIsStale, useThreads } from "@/lib/live";
import { OUTCOME, statusOf } from "@/lib/status";
import { layTogether, type Pause, type Piece, type Row, type Together } from "./axis";

/** The campaigns that moved last; more would be lines too many to compare. */
const SHOWN = 8;
/** Percent of the axis between two times that are written, and that a step's name takes. */
const [TIME_ROOM, NAME_ROOM] = [16, 11];

const FILL: Record<Piece["attempt"]["outcome"], string> = {
  running: "bg-accent", done: "bg-accent", parked: "bg-wait", failed: "bg-bad", interrupted: "bg-bad",
};
const PAUSE: Record<Pause["kind"], string> = { answer: "border-wait", retry: "border-bad border-dashed" };
const COLUMNS = "grid grid-cols-[7.25rem_minmax(0,1fr)] gap-3 sm:grid-cols-[12rem_minmax(0,1fr)] px-2";

interface TogetherProps {
  campaigns: Listed[];
  selected: string;
  onSelect: (id: string) => void;
}

/** Several campaigns on one axis of time: each attempt at a step a bar, each wait a line. */
export function CampaignsTogether({ campaigns, selected, onSelect }: TogetherProps) {
  const isStale = useIsStale();
  const chosen = [...campaigns].sort((a, b) => Number(b.id === selected) - Number(a.id === selected) || b.updatedAt - a.updatedAt).slice(0, SHOWN);
  const { threads: newest, isReading } = useThreads(chosen.map(({ id }) => id));
  const now = useNow(500, newest.some((thread) => thread.phase === "started") && !isStale);
  if (isReading) return <Loading label="their steps" rows={SHOWN} />;
  const together = layTogether(newest, now || Math.max(...newest.map((thread) => thread.updatedAt)));
  return (
    <div className="p-1.5 pt-0">
      <Times together={together} />
      <ol aria-label="Campaigns by when they began">
        {together.rows.map((row) => <Lane key={row.thread.id} row={row} called={chosen.find(({ id }) => id === row.thread.id)?.called ?? ""} folds={together.folds} isHere={row.thread.id === selected} onSelect={onSelect} />)}
      </ol>
      <p className="drawn flex flex-wrap gap-x-4 gap-y-1 px-2 pt-2 pb-1 text-[0.6875rem] text-ink-3">
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-2.5 w-4 rounded-[3px] bg-accent" /> an attempt at a step</span>
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-2.5 w-4 rounded-[3px] bg-bad" /> one that failed</span>
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="w-4 border-t-2 border-wait" /> waits for an answer</span>
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="w-4 border-t-2 border-dashed border-bad" /> waits to try again</span>
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="hatched h-3 w-4" /> nobody works, not to scale</span>
      </p>
    </div>
  );
}

function Times({ together: { begins, folds } }: { together: Together }) {
  const written = begins.filter(({ left }, index) => index === 0 || left - (begins[index - 1]?.left ?? 0) >= TIME_ROOM);
  return (
    <div className={`${COLUMNS} num min-h-9 items-center pt-1.5 text-[0.6875rem] text-ink-3`}>
      <span className="pl-4.75">Began at</span>
      <span className="relative h-4" data-folds={folds.length}>
        {written.map(({ left, at }) => (
          <span key={at} className="absolute whitespace-nowrap" style={left > 80 ? { right: 0 } : { left: `${left}%` }}>{formatClock(at)}</span>
        ))}
      </span>
    </div>
  );
}

interface LaneProps {
  row: Row;
  called: string;
  folds: Together["folds"];
  isHere: boolean;
  onSelect: (id: string) => void;
}

function Lane({ row: { thread, pieces, pauses }, called, folds, isHere, onSelect }: LaneProps) {
  const shown = statusOf(threadStatus(thread));
  const Icon = shown.icon;
  return (
    <li>
      <button
        type="button" onClick={() => onSelect(thread.id)} aria-pressed={isHere} data-together={thread.id}
        className={`${COLUMNS} min-h-9 w-full items-center rounded-md py-1 text-left pointer-coarse:min-h-11 ${isHere ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
      >
        <span className="flex items-center gap-1.5 text-[0.8125rem] font-medium">
          <Icon aria-hidden size={13} strokeWidth={2.25} className="shrink-0 text-ink-2" />
          <span className="line-clamp-2 text-xs leading-tight sm:text-[0.8125rem]">{called || "Sensing…"}</span>
          <span className="sr-only">{said(thread)}</span>
        </span>
        <span aria-hidden className="drawn relative h-6">
          {folds.map((fold) => (
            <span
              key={fold.left} className="hatched absolute -inset-y-1.5" title={`Nobody works for ${formatWait(fold.milliseconds)}, not drawn to scale`}
              style={{ left: `${fold.left}%`, width: `${fold.width}%` }}
            />
          ))}
          {pauses.map((pause, index) => (
            <span
              key={index} data-pause={pause.kind} title={`Waited ${formatWait(pause.milliseconds)}`}
              className={`absolute top-1/2 -translate-y-1/2 border-t-2 ${PAUSE[pause.kind]}`} style={{ left: `${pause.left}%`, width: `${pause.width}%` }}
            />
          ))}
          {pieces.map(({ step, attempt, left, width }) => (
            <span
              key={`${step.taskId} ${attempt.startedAt}`} data-piece={step.node} data-outcome={attempt.outcome}
              title={`${words(step.node)}, attempt ${attempt.number}: ${OUTCOME[attempt.outcome].label}, ${formatDuration(attempt.durationMs)}`}
              className={`absolute inset-y-1 min-w-1 overflow-hidden rounded-[3px] border-r border-surface px-1 text-[0.625rem] leading-4 font-medium text-accent-ink ${FILL[attempt.outcome]}`}
              style={{ left: `${left}%`, width: `${width}%` }}
            >
              {width >= NAME_ROOM ? words(step.node) : ""}
            </span>
          ))}
        </span>
      </button>
    </li>
  );
}

/** What the lane shows, for who does not see it. */
function said(thread: Thread): string {
  const attempts = thread.steps.reduce((sum, step) => sum + step.attempts.length, 0);
  const active = activeStep(thread);
  const stands = active ? `, ${OUTCOME[outcomeOf(active)].label.toLowerCase()} at ${words(active.node).toLowerCase()}` : "";
  return `: ${statusOf(threadStatus(thread)).label}, ${thread.steps.length} steps, ${attempts} attempts${stands}`;
}
