"use client";

import { useMemo } from "react";
import { Badge } from "@/components/basics/badge";
import { Tabs } from "@/components/basics/tabs";
import { costOf } from "@/components/model-cost/words";
import { stateAround } from "@/lib/events/state-before";
import { lastAttempt, outcomeOf, type Step, type Thread, workOf } from "@/lib/events/thread";
import { formatClock, formatCount, formatDuration, words } from "@/lib/format";
import { OUTCOME } from "@/lib/status";
import { BeingWritten } from "./being-written";
import { JsonTree } from "./json-tree";
import { OpenQuestionView } from "./open-question";
import { PromptView } from "./prompt-view";
import { StateDiff } from "./state-diff";
import { WhyItRan } from "./why-it-ran";

/** All that is known of one step: why it ran, what it was given, what it made of it. */
export function StepPanel({ thread, step }: { thread: Thread; step: Step }) {
  const around = useMemo(() => stateAround(thread.steps, step), [thread.steps, step]);
  const tokensIn = step.calls.reduce((sum, call) => sum + call.input_tokens, 0);
  const tokensOut = step.calls.reduce((sum, call) => sum + call.output_tokens, 0);
  const question = outcomeOf(step) === "parked" ? thread.question : null;
  const error = outcomeOf(step) === "failed" ? lastAttempt(step)?.error : null;
  const facts: [string, string][] = [
    ["Started", formatClock(step.attempts[0]?.startedAt)],
    ["Work", formatDuration(workOf(step))],
    ["Tokens", step.calls.length ? `${formatCount(tokensIn)} in, ${formatCount(tokensOut)} out` : outcomeOf(step) === "running" ? "–" : "no model"],
    ...(step.calls.length ? [["Cost", costOf(step.calls)] satisfies [string, string]] : []),
  ];
  return (
    <section aria-label={`Step ${words(step.node)}`} data-panel={step.node}>
      <header className="flex items-center justify-between gap-3 px-4 pt-3.5">
        <h2 className="text-[0.9375rem] font-semibold">
          {words(step.node)}
          {step.visit > 1 ? <span className="font-normal text-ink-3"> visit {step.visit}</span> : null}
        </h2>
        <Badge shown={OUTCOME[outcomeOf(step)]} />
      </header>
      {question ? <OpenQuestionView thread={thread} question={question} /> : null}
      {error ? <p role="alert" className="mx-4 mt-2 rounded-md bg-bad-soft px-2.5 py-1.5 text-xs text-bad">{error}</p> : null}
      <WhyItRan thread={thread} step={step} />
      <dl className="grid grid-cols-[1fr_1fr_1.7fr] gap-3 px-4 py-3">
        {facts.map(([label, value]) => (
          <div key={label} className={label === "Cost" ? "col-span-3" : ""}>
            <dt className="label">{label}</dt>
            <dd className="num text-[0.8125rem] font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <Tabs
        key={step.taskId} label="What the step did"
        tabs={[
          { key: "changes", label: "Changes", content: <StateDiff around={around} isWaiting={question !== null} /> },
          { key: "output", label: "Output", content: <Tree name="output" value={step.update} nothing="This step gave nothing yet." /> },
          { key: "input", label: "Input", content: <Tree name="state" value={around.before} nothing="The campaign began with this step." /> },
          { key: "prompt", label: step.calls.length ? `Prompts ${step.calls.length}` : "Prompt", content: <PromptView calls={step.calls} /> },
        ]}
      />
      {/* It comes and goes within seconds: what is read above it stays where it is. */}
      {outcomeOf(step) === "running" ? <BeingWritten campaignId={thread.id} node={step.node} /> : null}
    </section>
  );
}

function Tree({ name, value, nothing }: { name: string; value: Step["update"]; nothing: string }) {
  if (!value || !Object.keys(value).length) return <p className="text-[0.8125rem] text-ink-2">{nothing}</p>;
  return <JsonTree name={name} value={value} open />;
}
