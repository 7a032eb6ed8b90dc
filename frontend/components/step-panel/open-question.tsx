"use client";

import Link from "next/link";
import { useToday } from "@/components/decide-by";
import type { OpenQuestion, Thread } from "@/lib/events/thread";
import { askedSpend } from "@/components/model-cost/words";
import { formatDay, formatDollars, formatPounds, formatTime } from "@/lib/format";
import type { Json, JsonObject } from "@/lib/types";

/** What a step that has stopped asks, of whom, and until when. */
export function OpenQuestionView({ thread, question }: { thread: Thread; question: OpenQuestion }) {
  return (
    <section aria-label="What it asks" className="mx-4 mt-2.5 rounded-md border border-wait/40 bg-wait-soft px-3 py-2.5 text-[0.8125rem]">
      {question.node === "approval" ? <Approval thread={thread} question={question} /> : null}
      {question.node === "model_spend" ? <ModelSpend thread={thread} question={question} /> : null}
      {question.node === "measurement" ? <Delivery question={question} /> : null}
    </section>
  );
}

function Approval({ thread, question }: { thread: Thread; question: OpenQuestion }) {
  const today = useToday();
  const { budget, channels, starts } = planOf(question);
  const isLate = starts !== null && today !== null && starts <= today;
  return (
    <>
      <h3 className="font-semibold text-wait">
        {budget === null ? "May this plan be booked?" : `May ${formatPounds(budget)} be spent on ${thread.category || "this plan"}?`}
      </h3>
      <dl className="mt-1.5 grid grid-cols-[4rem_minmax(0,1fr)] gap-y-1 leading-5">
        <dt className="label leading-5">Plan</dt>
        <dd className="num">{formatPounds(budget)} over {channels} {channels === 1 ? "channel" : "channels"}</dd>
        <dt className="label leading-5">Deadline</dt>
        <dd className={isLate ? "text-bad" : ""}>
          {starts === null ? "None" : isLate ? `Passed: the flight was to begin ${formatDay(starts)}` : `Before ${formatDay(starts)}, when the flight begins`}
        </dd>
        <dt className="label leading-5">Who</dt>
        <dd>A person at the media desk, by name</dd>
        <dt className="label leading-5">Asked at</dt>
        <dd className="num">{formatTime(question.askedAt)}</dd>
      </dl>
      <Link href={`/approvals?id=${thread.id}`} className="btn btn-primary mt-2.5">Decide now</Link>
    </>
  );
}

function ModelSpend({ thread, question }: { thread: Thread; question: OpenQuestion }) {
  const { spent, limit } = askedSpend(question.payload);
  return (
    <>
      <h3 className="font-semibold text-wait">May the model cost more?</h3>
      <p className="num mt-1 text-ink-2">It has cost at most {formatDollars(spent)} of {formatDollars(limit)}; the next question has not been asked.</p>
      <Link href={`/campaigns?id=${thread.id}`} className="btn btn-primary mt-2.5">Decide now</Link>
    </>
  );
}

function Delivery({ question }: { question: OpenQuestion }) {
  const readyOn = question.payload.ready_on;
  return (
    <>
      <h3 className="font-semibold text-wait">What did the ads deliver?</h3>
      <p className="mt-1 text-ink-2">
        It waits for the flight to be delivered{typeof readyOn === "string" ? `, until ${formatDay(readyOn)}` : ""}, and then goes on by itself.
      </p>
    </>
  );
}

interface Asked {
  budget: number | null;
  channels: number;
  starts: string | null;
}

const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The question's plan in three figures; whatever of it is missing is left out. */
export function planOf(question: OpenQuestion): Asked {
  const plan = isObject(question.payload.plan) ? question.payload.plan : {};
  const flight = isObject(plan.flight) ? plan.flight : {};
  return {
    budget: typeof plan.budget === "number" ? plan.budget : null,
    channels: Array.isArray(plan.allocations) ? plan.allocations.length : 0,
    starts: typeof flight.start === "string" ? flight.start : null,
  };
}
