"use client";

import { triesOf } from "@/components/campaign-graph/node-facts";
import { useIsStale } from "@/components/shell/connection";
import { outcomeOf, type Step, type Thread, workOf } from "@/lib/events/thread";
import { formatDuration, words } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { OUTCOME } from "@/lib/status";
import { type Bar, type Lane, layBars } from "./bars";

interface TimelineProps {
  thread: Thread;
  selectedTask: string | null;
  onSelect: (taskId: string) => void;
}

const FILL: Record<Bar["attempt"]["outcome"], string> = {
  running: "bg-accent", done: "bg-accent", parked: "bg-wait", failed: "bg-bad", interrupted: "bg-bad",
};

/** Every step in the order it ran, each attempt a bar of its own. */
export function RunTimeline({ thread, selectedTask, onSelect }: TimelineProps) {
  const isStale = useIsStale();
  const isRunning = thread.phase === "started" && !isStale;
  const now = useNow(250, isRunning);
  const lanes = layBars(thread.steps, now || thread.updatedAt);
  return (
    <ol aria-label="Steps in the order they ran" className="p-1.5">
      {lanes.map((lane) => (
        <Row key={lane.step.taskId} lane={lane} isSelected={lane.step.taskId === selectedTask} onSelect={onSelect} />
      ))}
    </ol>
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
        className={`grid w-full grid-cols-[7.25rem_minmax(0,1fr)_5.5rem] items-center gap-3 rounded-md px-2 py-1.5 text-left ${isSelected ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
      >
        <span className="flex items-center gap-1.5 text-[0.8125rem] font-medium">
          <Icon aria-hidden size={13} strokeWidth={2.25} className={`shrink-0 text-${toneColour(shown.tone)}`} />
          <span className="truncate">
            {words(step.node)}
            {step.visit > 1 ? <span className="text-ink-3"> ·{step.visit}</span> : null}
          </span>
          <span className="sr-only">{shown.label}{triesOf(step) > 1 ? `, ${triesOf(step)} attempts` : ""}</span>
        </span>
        <span aria-hidden className="relative h-4">
          <span className="absolute inset-x-0 top-1/2 border-t border-line" />
          {lane.waits.map((wait) => (
            <span
              key={wait.left} title={`Waited ${formatDuration(wait.milliseconds)}`}
              className="absolute top-1/2 h-2.5 -translate-y-1/2 rounded-sm border border-wait/40 bg-[repeating-linear-gradient(135deg,var(--wait-soft)_0_4px,transparent_4px_8px)]"
              style={{ left: `${wait.left}%`, width: `${wait.width}%` }}
            />
          ))}
          {lane.bars.map((bar, index) => (
            <span
              key={index} data-attempt={index + 1} data-outcome={bar.attempt.outcome}
              title={`Attempt ${bar.attempt.number}: ${OUTCOME[bar.attempt.outcome].label}, ${formatDuration(bar.attempt.durationMs)}`}
              className={`absolute top-1/2 h-2.5 min-w-1 -translate-y-1/2 rounded-[3px] ${FILL[bar.attempt.outcome]}`}
              style={{ left: `${bar.left}%`, width: `calc(${bar.width}% - 1px)` }}
            />
          ))}
        </span>
        <span className="num text-right text-xs text-ink-2">{durationWords(step, lane)}</span>
      </button>
    </li>
  );
}

const toneColour = (tone: string): string => ({ run: "accent", idle: "ink-3" })[tone] ?? tone;

function durationWords(step: Step, lane: Lane): string {
  if (outcomeOf(step) === "parked") return "waiting";
  const worked = formatDuration(workOf(step));
  return lane.waits.length ? `${worked} + wait` : worked;
}
