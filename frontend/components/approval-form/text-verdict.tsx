"use client";

import { useEffect, useRef } from "react";
import { ruleName, visible } from "@/lib/format";
import { FINDING } from "@/lib/status";
import type { Creative, Ruling, Verdict } from "@/lib/types";
import type { CopyDraft } from "./draft";
import { useTextCheck } from "./use-text-check";

interface TextVerdictProps {
  id: string;
  campaignId: string;
  creative: Creative;
  copy: CopyDraft;
  /** Told of what the rules say of the words as they stand; null while they are asked, and of words that are as they were. */
  onSaid: (outcome: Verdict["outcome"] | null) => void;
}

/** What the rules would say of the words as they stand in the fields, before anybody sends them. */
export function TextVerdict({ id, campaignId, creative, copy, onSaid }: TextVerdictProps) {
  const { verdict, isAsking, isFailed, askAgain } = useTextCheck(campaignId, creative, copy);
  // A pass is of the words it was given for alone; an objection stays in sight, faded, until the next answer.
  const shown = verdict && !isFailed && !(isAsking && verdict.outcome === "pass") ? verdict : null;
  const outcome = verdict && !isFailed && !isAsking ? verdict.outcome : null;
  const tell = useRef(onSaid);
  useEffect(() => {
    tell.current = onSaid;
  });
  // What was said of words stands for as long as they do, be the fields shut or open.
  useEffect(() => tell.current(outcome), [outcome]);
  const state = isAsking ? "asking" : isFailed ? "failed" : shown?.outcome;
  return (
    <div id={id} aria-busy={isAsking} data-verdict={state} className="mt-1 text-xs">
      <div role="status">
        {shown ? <Said verdict={shown} isFaded={isAsking} /> : null}
        {isAsking && !shown ? <p className="text-ink-3">Asking the rules…</p> : null}
        {isFailed ? <p className="text-ink-3">The rules could not be asked.</p> : null}
      </div>
      {isFailed ? (
        <button type="button" className="font-medium text-ink-2 underline" onClick={askAgain}>Ask again</button>
      ) : null}
      {shown?.rulings.length ? (
        <ul aria-label="What the rules object to" className={`mt-2 flex flex-col gap-2 ${isAsking ? "opacity-50" : ""}`}>
          {shown.rulings.map((ruling) => <Objection key={ruling.rule_id} ruling={ruling} />)}
        </ul>
      ) : null}
      {shown ? <p className="num mt-1.5 text-ink-3">Checked against version {shown.rulebook} of the rule book</p> : null}
    </div>
  );
}

function Said({ verdict, isFaded }: { verdict: Verdict; isFaded: boolean }) {
  if (verdict.outcome === "pass") return <p className="text-ink-2">{verdict.summary}</p>;
  const { tone, icon: Icon } = FINDING[verdict.outcome];
  return (
    <p className={`tone-${tone} flex gap-1.5 rounded-md px-2 py-1.5 font-medium ${isFaded ? "opacity-50" : ""}`}>
      <Icon aria-hidden size={13} className="mt-0.5 shrink-0" />
      <bdi className="min-w-0 wrap-anywhere">
        {visible(verdict.summary)}
        {verdict.outcome === "refer" ? " Somebody else has to approve this." : ""}
      </bdi>
    </p>
  );
}

function Objection({ ruling }: { ruling: Ruling }) {
  return (
    <li className="flex flex-col gap-0.5 border-l-2 border-line-strong pl-2 text-ink-2 wrap-anywhere">
      <p><span className="font-medium text-ink" title={ruling.rule_id}>{ruleName(ruling)}</span>: <bdi>{visible(ruling.evidence)}</bdi></p>
      <p>To pass: {ruling.remedy}.</p>
      <p className="text-ink-3">{ruling.source}</p>
    </li>
  );
}
