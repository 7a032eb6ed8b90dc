"use client";

import { Play } from "lucide-react";
import { ProvenanceTag } from "@/components/basics/badge";
import { AnswerVerdict } from "./answer-verdict";
import { inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { sentence } from "@/lib/format";
import type { useRun } from "@/lib/prompts";
import { useHealth } from "@/lib/queries";
import type { Filling } from "../filling";
import { AnswerFields, ModelLine } from "./answer-fields";
import { FillingForm } from "./preview-panel";

interface RunPanelProps {
  filling: Filling;
  cases: string[];
  text: string;
  run: ReturnType<typeof useRun>;
}

/** The model asked once with the text in the editor, and its answer as the agent would read it. */
export function RunPanel({ filling, cases, text, run }: RunPanelProps) {
  const may = useMay("operator");
  const health = useHealth().data;
  // What was asked for, which the form may have left since.
  const given = run.variables?.values.channel;
  const asked = typeof given === "string" ? given : "";
  const isReady = filling.preview !== null && !filling.isAsking && filling.error === null && !filling.isBroken;
  return (
    <div className="flex flex-col gap-4">
      <FillingForm filling={filling} cases={cases} />
      <div className="flex flex-wrap items-center gap-3">
        {may ? (
          <button
            type="button" className="btn btn-primary" disabled={!isReady || run.isPending}
            onClick={() => run.mutate({ which: { source: text }, values: filling.values })}
          >
            <Play aria-hidden size={15} /> {run.isPending ? "Asking…" : "Ask the model"}
          </button>
        ) : (
          <p className="text-[0.8125rem] text-ink-2">An operator may ask the model.</p>
        )}
        {filling.isBroken ? <p className="text-xs font-medium text-wait">The text has to be mended first.</p> : null}
        {health ? (
          <p className="flex items-center gap-2 text-xs text-ink-3">
            {health.model} {health.is_mock ? <ProvenanceTag kind="mock" /> : null}
          </p>
        ) : null}
      </div>
      <div aria-live="polite" aria-busy={run.isPending}>
        {run.error ? <p role="alert" className="text-[0.8125rem] text-bad">{inSentences(run.error)}</p> : null}
        {run.data ? (
          <section aria-label="Answer" data-ran={run.data.hash} className={`rounded-lg border p-3 ${run.isPending ? "opacity-60" : ""}`}>
            {run.data.answer ? (
              <AnswerFields answer={run.data.answer} channel={asked} />
            ) : (
              <p className="text-[0.8125rem] text-bad">{sentence(run.data.problem)}</p>
            )}
            {run.data.verdict ? <AnswerVerdict verdict={run.data.verdict} /> : null}
            {run.data.unjudged ? (
              <p data-verdict="none" className="mt-3 border-t pt-2.5 text-xs font-medium wrap-anywhere text-wait">There is no verdict: {run.data.unjudged}</p>
            ) : null}
            <div className="mt-3 border-t pt-2.5"><ModelLine answered={run.data} /></div>
          </section>
        ) : run.isPending ? null : (
          <p className="text-[0.8125rem] text-ink-2">Nothing is kept and no campaign is touched: it is the text in the editor, saved or not.</p>
        )}
      </div>
    </div>
  );
}
