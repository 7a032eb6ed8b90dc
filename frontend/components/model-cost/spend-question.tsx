"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { inSentences, postJson } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatDollars } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useWaiting } from "@/lib/queries";
import type { Json, Question } from "@/lib/types";
import { askedSpend, moneyAsked } from "./words";

type Way = "raise" | "without_model" | "stop";

/** The chat model would cost more than it may: a person raises the limit, does without it, or stops the campaign. */
export function SpendQuestion({ campaignId, question }: { campaignId: string; question: Pick<Question, "interrupt_id" | "payload"> }) {
  const asked = askedSpend(question.payload as Json);
  const client = useQueryClient();
  const isStale = useIsStale();
  const may = useMay("approver");
  const id = useId();
  const [limit, setLimit] = useState("");
  const answer = useMutation({
    mutationFn: (way: Way) =>
      postJson(`/campaigns/${campaignId}/decisions`, {
        interrupt_id: question.interrupt_id, answer: { decision: way, ...(way === "raise" ? { limit } : {}) },
      }),
    onSuccess: () => Promise.all([["campaign", campaignId], ["campaigns"], ["kpis"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const raise = (event: FormEvent): void => {
    event.preventDefault();
    answer.mutate("raise");
  };
  const waits = useWaiting().data?.asked_for_money.find((one) => one.campaign.id === campaignId);
  const isBusy = answer.isPending || isStale;
  return (
    <section aria-labelledby={`${id}-title`} className="mb-4 rounded-lg border border-wait/40 bg-wait-soft px-4 py-3 text-[0.8125rem]">
      <h2 id={`${id}-title`} className="font-semibold text-wait">The model has reached its spending limit</h2>
      <p className="num mt-1">
        It has cost at most {formatDollars(asked.spent)} of the {formatDollars(asked.limit)} this campaign may spend on it. The next question would go past that, so it has not been asked.
        {waits ? ` ${moneyAsked(waits).undecided}` : ""}
      </p>
      {may ? (
        <>
          <form onSubmit={raise} className="mt-3 flex flex-wrap items-end gap-2">
            <div>
              <label htmlFor={id} className="text-xs text-ink-2">New limit in US dollars, at least {asked.atLeast}</label>
              <input id={id} className="field mt-1" inputMode="decimal" required value={limit} onChange={(event) => setLimit(event.target.value)} />
            </div>
            <button type="submit" className="btn btn-primary" disabled={isBusy}>Raise the limit</button>
            <button type="button" className="btn" disabled={isBusy} onClick={() => answer.mutate("without_model")}>Go on with template copy</button>
            <button type="button" className="btn" disabled={isBusy} onClick={() => answer.mutate("stop")}>Stop the campaign</button>
          </form>
          {answer.error ? <p role="alert" className="mt-2 text-xs text-bad">{inSentences(answer.error)}</p> : null}
        </>
      ) : <p className="mt-2 text-ink-2">An approver decides how it goes on.</p>}
    </section>
  );
}
