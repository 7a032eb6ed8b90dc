"use client";

import { triesOf } from "@/components/campaign-graph/node-facts";
import { lastAttempt, outcomeOf, type Step, type Thread, workOf } from "@/lib/events/thread";
import { formatDuration, formatTime, formatWait, words } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { useIsStale } from "@/lib/live";
import { OUTCOME } from "@/lib/status";
import { type Bar, type Lane, layBars, type Timeline, type Wait } from "./bars";

interface TimelineProps {
  thread: Thread;
  selectedTask: string | null;
  onSelect: (taskId: string) => void;
}

const FILL: Record<Bar["attempt"]["outcome"], string> = {
  running: "bg-accent", done: "bg-accent", parked: "bg-wait", failed: "bg-bad", interrupted: "bg-bad",
};

const COLUMNS = "grid grid-cols-[7.25rem_minmax(0,1fr)_5.5rem] gap-2 sm:gap-3 px-2 sm:grid-cols-[7.25rem_minmax(0,1fr)_10rem]";

/** Every step in the order it ran, each attempt a bar of its own, each wait in words. */
export function RunTimeline({ thread, selectedTask, onSelect }: TimelineProps) {
  const isStale = useIsStale();
  const isRunning = thread.phase === "started" && !isStale;
  const now = useNow(250, isRunning);
  const timeline = layBars(thread.steps, now || thread.updatedAt);
  return (
    <div className="p-1.5 pt-0">
      <Scale timeline={timeline} />
      <ol aria-label="Steps in the order they ran">
        {timeline.lanes.map((lane) => (
          <Row key={lane.step.taskId} lane={lane} isSelected={lane.step.taskId === selectedTask} onSelect={onSelect} />
        ))}
      </ol>
    </div>
  );
}

function Row({ lane, isSelected, onSelect }: { lane: Lane; isSelected: boolean; onSelect: (taskId: string) => void }) {
  const { step } = lane;
  const shown = OUTCOME[outcomeOf(step)];
  const Icon = shown.icon;
  return (
    <li>
      <button
        type="button" onClick={() => onSelect(step.taskId)} aria-pressed={isSelected} data-step={step.taskId} data-step-node={step.node}
        className={`${COLUMNS} min-h-8 w-full items-center rounded-md py-1 text-left pointer-coarse:min-h-11 ${isSelected ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
      >
        <span className="flex items-center gap-1.5 text-[0.8125rem] font-medium">
          <Icon aria-hidden size={13} strokeWidth={2.25} className={`shrink-0 text-${toneColour(shown.tone)}`} />
          <span className="truncate">
            {words(step.node)}
            {step.visit > 1 ? <span className="text-ink-3"> ·{step.visit}</span> : null}
          </span>
          <span className="sr-only">{shown.label}{triesOf(step) > 1 ? `, ${triesOf(step)} attempts` : ""}</span>
        </span>
        <span aria-hidden className="drawn relative h-4">
          <span className="absolute inset-x-0 top-1/2 border-t border-line" />
          {lane.waits.map((wait) => <Break key={wait.left} wait={wait} />)}
          {lane.bars.map((bar, index) => (
            <span
              key={index} data-attempt={index + 1} data-outcome={bar.attempt.outcome}
              title={`Attempt ${bar.attempt.number}: ${OUTCOME[bar.attempt.outcome].label}, ${formatDuration(bar.attempt.durationMs)}`}
              className={`absolute top-1/2 h-2.5 min-w-1 -translate-y-1/2 rounded-[3px] ${FILL[bar.attempt.outcome]}`}
              style={{ left: `${bar.left}%`, width: `calc(${bar.width}% - 1px)` }}
            />
          ))}
        </span>
        <span className="num flex flex-col text-right text-xs text-ink-2 sm:flex-row sm:justify-end sm:gap-1.5">
          <span>{formatDuration(workOf(step))}</span>
          <Waited step={step} lane={lane} />
        </span>
      </button>
    </li>
  );
}

const toneColour = (tone: string): string => ({ run: "accent", idle: "ink-3" })[tone] ?? tone;

/** Where the bar is broken off and goes on later: the line is cut through twice. */
function Break({ wait }: { wait: Wait }) {
  return (
    <span
      title={`Waited ${formatWait(wait.milliseconds)}, not drawn to scale`} className="absolute inset-y-0 flex items-center justify-center"
      style={{ left: `${wait.left}%`, width: `${wait.width}%` }}
    >
      <BreakMark />
    </span>
  );
}

function BreakMark() {
  return (
    <svg viewBox="0 0 14 16" className="h-4 w-3.5 bg-surface text-wait">
      <path d="M2 13 L7 3 M7 13 L12 3" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" fill="none" />
    </svg>
  );
}

function Waited({ step, lane }: { step: Step; lane: Lane }) {
  const asked = outcomeOf(step) === "parked" ? lastAttempt(step)?.finishedAt : null;
  if (asked) return <span className="whitespace-nowrap text-wait"><span className="max-sm:sr-only">waits </span>since {formatTime(asked)}</span>;
  if (!lane.waits.length) return null;
  const milliseconds = lane.waits.reduce((sum, wait) => sum + wait.milliseconds, 0);
  return <span className="whitespace-nowrap text-wait">waited {formatWait(milliseconds)}</span>;
}

/** How long the bars are in time, and what the break in them means. */
function Scale({ timeline: { lanes, scale } }: { timeline: Timeline }) {
  return (
    <div className={`${COLUMNS} min-h-9 items-center pt-1.5 text-[0.6875rem] text-ink-3`}>
      <span className="pl-4.75">Scale</span>
      <span className="col-span-2 flex items-center gap-2 sm:col-span-1" data-scale={scale?.milliseconds}>
        <span aria-hidden className="h-1.5 border-x border-b border-ink-3" style={{ width: `${scale?.width ?? 0}%` }} />
        <span className="num whitespace-nowrap">{scale ? formatDuration(scale.milliseconds) : ""}</span>
      </span>
      {lanes.some((lane) => lane.waits.length) ? (
        <span className="col-span-3 flex items-center gap-1 sm:col-span-1 sm:justify-end">
          <span aria-hidden><BreakMark /></span> a wait, not to scale
        </span>
      ) : null}
    </div>
  );
}
