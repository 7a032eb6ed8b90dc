"use client";

import { Play } from "lucide-react";
import { useId } from "react";
import { ProvenanceTag } from "@/components/basics/badge";
import { Loading } from "@/components/basics/states";
import { inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { useSettled } from "@/lib/hooks/use-settled";
import { useCompared, useCompareOutputs } from "@/lib/prompts";
import type { CaseResult, Comparison, PromptText } from "@/lib/types";
import { type Wording, whichOf } from "../wordings";
import { AnswerFields } from "./answer-fields";
import { ResultChip } from "./cases-panel";
import { DiffLines } from "./diff-lines";

const STILL_MS = 350;

interface ComparePanelProps {
  prompt: PromptText;
  text: string;
  wordings: Wording[];
  a: string;
  b: string;
  outputs: ReturnType<typeof useCompareOutputs>;
  onChoose: (side: "a" | "b", key: string) => void;
}

/** Two wordings: what was reworded, what was set otherwise, and what the model makes of each. */
export function ComparePanel({ prompt, text, wordings, a, b, outputs, onChoose }: ComparePanelProps) {
  const settled = useSettled(text, STILL_MS);
  const may = useMay("operator");
  const compared = useCompared(prompt.name, whichOf(a, settled ?? ""), whichOf(b, settled ?? ""), settled !== null);
  const asked = { a: whichOf(a, text), b: whichOf(b, text) };
  const isOld = JSON.stringify(outputs.variables) !== JSON.stringify(asked);
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Side label="Compare" chosen={a} wordings={wordings} onChoose={(key) => onChoose("a", key)} />
        <Side label="with" chosen={b} wordings={wordings} onChoose={(key) => onChoose("b", key)} />
      </div>
      {compared.error ? <p role="alert" className="text-[0.8125rem] wrap-anywhere text-bad">{inSentences(compared.error)}</p> : null}
      {compared.data ? <Texts comparison={compared.data} /> : compared.error ? null : <Loading label="the comparison" rows={5} />}
      <section aria-labelledby="answers-title" className="border-t pt-3">
        <div className="flex flex-wrap items-center gap-3">
          <h3 id="answers-title" className="card-title">What the model answers</h3>
          {may ? (
            <button type="button" className="btn" disabled={outputs.isPending || a === b} title={a === b ? "Choose two different ones" : undefined} onClick={() => outputs.mutate(asked)}>
              <Play aria-hidden size={14} /> {outputs.isPending ? "Asking…" : "Ask with every case"}
            </button>
          ) : (
            <span className="text-xs text-ink-2">An operator may ask.</span>
          )}
          {outputs.data?.is_mock ? <ProvenanceTag kind="mock" /> : null}
        </div>
        {outputs.error ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">{inSentences(outputs.error)}</p> : null}
        {outputs.data && isOld ? <p className="mt-2 text-xs font-medium text-wait">These answers are of what was compared before.</p> : null}
        {outputs.data ? <Outputs comparison={outputs.data} /> : null}
      </section>
    </div>
  );
}

function Side({ label, chosen, wordings, onChoose }: { label: string; chosen: string; wordings: Wording[]; onChoose: (key: string) => void }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="label mb-1 block">{label}</label>
      <select id={id} className="field" value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {wordings.map(({ key, label: name }) => <option key={key} value={key}>{name}</option>)}
      </select>
    </div>
  );
}

function Texts({ comparison }: { comparison: Comparison }) {
  const differing = [...comparison.settings, ...comparison.defaults].filter(({ a, b }) => a !== b);
  if (comparison.same) return <p className="text-[0.8125rem] text-ink-2">The model is given the same by both.</p>;
  return (
    <div className="flex flex-col gap-3" data-compared={`${comparison.a.hash} ${comparison.b.hash}`}>
      {comparison.text.length ? <DiffLines lines={comparison.text} /> : <p className="text-[0.8125rem] text-ink-2">The texts are the same.</p>}
      {differing.length ? (
        <table className="w-full table-fixed text-xs">
          <caption className="sr-only">Settings and defaults that differ</caption>
          <thead><tr className="text-left text-ink-3"><th scope="col" className="w-1/4 py-1 font-medium">Setting</th><th scope="col" className="py-1 font-medium">{nameOf(comparison.a)}</th><th scope="col" className="py-1 font-medium">{nameOf(comparison.b)}</th></tr></thead>
          <tbody>
            {differing.map(({ name, a, b }) => (
              <tr key={name} className="border-t align-top"><th scope="row" className="py-1 text-left font-medium wrap-anywhere">{name}</th><td className="py-1 pr-2 wrap-anywhere whitespace-pre-wrap">{a ?? "not set"}</td><td className="py-1 wrap-anywhere whitespace-pre-wrap">{b ?? "not set"}</td></tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}

const nameOf = (side: Comparison["a"]): string =>
  side.label === "draft" ? "The text in the editor" : side.version === null ? side.label : `Version ${side.version}`;

function Outputs({ comparison }: { comparison: Comparison }) {
  return (
    <ul className="mt-3 flex flex-col gap-3">
      {comparison.cases.map((pair) => (
        <li key={pair.description} data-pair={pair.description} className="rounded-lg border">
          <p className="flex flex-wrap items-center justify-between gap-2 border-b bg-raised px-3 py-1.5 text-xs font-semibold">
            {pair.description} <span className="font-normal text-ink-3">{pair.same ? "the same answer" : "different answers"}</span>
          </p>
          <div className="grid sm:grid-cols-2 sm:divide-x">
            <Output result={pair.a} name={nameOf(comparison.a)} />
            <Output result={pair.b} name={nameOf(comparison.b)} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Output({ result, name }: { result: CaseResult; name: string }) {
  return (
    <section aria-label={name} className="min-w-0 p-3">
      <p className="mb-2 flex items-center justify-between text-xs text-ink-3">{name} <ResultChip result={result.result} /></p>
      {result.answered?.answer ? <AnswerFields answer={result.answered.answer} /> : <p className="text-xs text-bad wrap-anywhere">{result.problem}</p>}
    </section>
  );
}
