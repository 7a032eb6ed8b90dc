import type { ReactNode } from "react";
import type { Step, Thread } from "@/lib/events/thread";
import { whyItRan } from "./why";

/** What set a step off, which attempt it is at, and whether it was worked out at all. */
export function WhyItRan({ thread, step }: { thread: Thread; step: Step }) {
  const why = whyItRan(thread, step);
  return (
    <section aria-label="Why it ran" className="mx-4 mt-2.5 rounded-md border px-2.5 py-2">
      <h3 className="text-xs font-semibold">Why it ran</h3>
      <dl className="mt-1 grid grid-cols-[4rem_minmax(0,1fr)] gap-y-1 text-[0.8125rem]">
        <Fact label="Trigger">
          <span title={why.rawTrigger || undefined} data-trigger={why.rawTrigger}>{why.trigger}</span>
        </Fact>
        <Fact label="Attempt">
          <span className="num">{why.attempt}</span>
          {why.earlier.map((sentence) => (
            <span key={sentence} data-earlier className="num block text-xs text-ink-2">{sentence}</span>
          ))}
        </Fact>
        <Fact label="Cache">{why.cache}</Fact>
      </dl>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="label leading-5">{label}</dt>
      <dd className="min-w-0 leading-5 text-pretty">{children}</dd>
    </>
  );
}
