"use client";

import { Check, CircleSlash, ListChecks, type LucideIcon, Play, X } from "lucide-react";
import { ProvenanceTag } from "@/components/basics/badge";
import { EmptyState } from "@/components/basics/states";
import { inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import type { CaseResult } from "@/lib/types";
import type { Cases } from "../use-cases";
import { AnswerFields } from "./answer-fields";

type Result = CaseResult["result"];

const RESULT: Record<Result, { label: string; tone: string; icon: LucideIcon }> = {
  passed: { label: "Passed", tone: "ok", icon: Check },
  failed: { label: "Failed", tone: "bad", icon: X },
  skipped: { label: "Skipped", tone: "idle", icon: CircleSlash },
};

interface CasesPanelProps {
  cases: string[];
  tried: Cases;
}

/** Each case, what it asserts, and whether the answer is that. */
export function CasesPanel({ cases, tried: { run, isBusy, error, tried, isOld } }: CasesPanelProps) {
  const may = useMay("operator");
  const results = tried?.results ?? new Map<string, CaseResult>();
  const names = [...new Set([...cases, ...results.keys()])];
  if (!names.length) {
    return <EmptyState icon={ListChecks} title="The file has no cases">Write one under <code>tests</code>, with a description and what to assert. Only what passes its cases is released.</EmptyState>;
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        {may ? (
          <button type="button" className="btn btn-primary" disabled={isBusy} onClick={() => run()}>
            <Play aria-hidden size={15} /> {isBusy ? "Asking…" : `Run all ${names.length}`}
          </button>
        ) : (
          <p className="text-[0.8125rem] text-ink-2">An operator may run them.</p>
        )}
        <Counts tried={tried} isOld={isOld} />
      </div>
      {error ? <p role="alert" className="text-[0.8125rem] text-bad">{inSentences(error)}</p> : null}
      <ul aria-label="Cases" aria-busy={isBusy} className="divide-y rounded-lg border">
        {names.map((name) => (
          <li key={name} data-case={name} className="px-3 py-2.5">
            <Case name={name} result={results.get(name)} isBusy={isBusy} onRun={may ? () => run(name) : null} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Counts({ tried, isOld }: { tried: Cases["tried"]; isOld: boolean }) {
  if (!tried) return <p role="status" className="text-xs text-ink-3">Not run yet</p>;
  const results = [...tried.results.values()];
  const count = (wanted: Result): number => results.filter(({ result }) => result === wanted).length;
  const skipped = results.flatMap((result) => result.assertions).filter(({ result }) => result === "skipped").length;
  return (
    <p role="status" data-counts className="num flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2">
      <strong className="font-semibold">{count("passed")} passed, {count("failed")} failed{count("skipped") ? `, ${count("skipped")} skipped` : ""}</strong>
      {skipped ? <span>{skipped} {skipped === 1 ? "assertion" : "assertions"} skipped</span> : null}
      <span className="text-ink-3">{tried.report.model}</span>
      {tried.report.is_mock ? <ProvenanceTag kind="mock" /> : null}
      <code className="text-ink-3" title="Hash of the text">{tried.report.hash}</code>
      {isOld ? <span className="font-medium text-wait">of the text before your last change</span> : null}
    </p>
  );
}

function Case({ name, result, isBusy, onRun }: { name: string; result: CaseResult | undefined; isBusy: boolean; onRun: (() => void) | null }) {
  return (
    <>
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1 text-[0.8125rem] font-medium wrap-anywhere">{name}</span>
        {result ? <ResultChip result={result.result} /> : null}
        {onRun ? (
          <button type="button" className="btn btn-quiet btn-icon" disabled={isBusy} onClick={onRun} aria-label={`Run ${name}`} title="Run this one">
            <Play aria-hidden size={14} />
          </button>
        ) : null}
      </div>
      {result ? <Told result={result} /> : null}
    </>
  );
}

export function ResultChip({ result }: { result: Result }) {
  const { label, tone, icon: Icon } = RESULT[result];
  return <span className={`chip tone-${tone}`}><Icon aria-hidden size={13} strokeWidth={2.25} />{label}</span>;
}

function Told({ result }: { result: CaseResult }) {
  return (
    <>
      {result.problem ? <p className="mt-1 text-xs text-bad wrap-anywhere">{result.problem}</p> : null}
      <ul className="mt-1.5 flex flex-col gap-1 text-xs">
        {result.assertions.map((assertion, index) => {
          const { label, tone, icon: Icon } = RESULT[assertion.result];
          return (
            <li key={index} className="flex items-start gap-1.5">
              <Icon role="img" aria-label={label} size={13} className={`mt-0.5 shrink-0 ${tone === "ok" ? "text-ok" : tone === "bad" ? "text-bad" : "text-ink-3"}`} />
              <span className="min-w-0 wrap-anywhere">
                <span className="font-medium">{[assertion.field, assertion.type].filter(Boolean).join(" ")}</span>
                {assertion.value.length ? <span className="text-ink-2"> {assertion.value.join(" | ")}</span> : null}
                {assertion.told ? <span className={assertion.result === "failed" ? "text-bad" : "text-ink-3"}> – {assertion.told}</span> : null}
              </span>
            </li>
          );
        })}
      </ul>
      {result.answered?.answer ? (
        <details className="mt-1.5 text-xs">
          <summary className="cursor-pointer font-medium text-accent">Its answer</summary>
          <div className="mt-2 rounded-md bg-raised p-2.5"><AnswerFields answer={result.answered.answer} /></div>
        </details>
      ) : null}
    </>
  );
}
