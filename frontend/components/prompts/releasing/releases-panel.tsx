"use client";

import { History, Rocket, Undo2 } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { EmptyState } from "@/components/basics/states";
import { useMay } from "@/lib/caller";
import { formatMoment, formatPercent } from "@/lib/format";
import type { PromptText, ReleaseEntry } from "@/lib/types";
import { standing, versionsOf } from "../wordings";
import { PromoteForm } from "./promote-form";
import { RollBackForm } from "./roll-back-form";

interface ReleasesPanelProps {
  prompt: PromptText;
  isDirty: boolean;
  findings: number;
}

/** What campaigns are given, how it came to that, and the two ways to change it. */
export function ReleasesPanel({ prompt, isDirty, findings }: ReleasesPanelProps) {
  const [open, setOpen] = useState<"promote" | "back" | null>(null);
  const may = useMay("approver");
  const blocked = cannotRelease(prompt, isDirty, findings);
  const canGoBack = versionsOf(prompt).some(({ hash }) => !isAlone(prompt, hash));
  const close = (): void => setOpen(null);
  return (
    <div className="flex flex-col gap-4">
      <Labels prompt={prompt} />
      {may ? (
        <div className="flex flex-col gap-1.5">
          <div className="flex flex-wrap gap-2">
            <button type="button" className="btn btn-primary" disabled={blocked !== null} aria-describedby="cannot-release" aria-haspopup="dialog" onClick={() => setOpen("promote")}>
              <Rocket aria-hidden size={15} /> Release the working copy
            </button>
            {canGoBack ? (
              <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setOpen("back")}>
                <Undo2 aria-hidden size={15} /> Roll back
              </button>
            ) : null}
          </div>
          <p id="cannot-release" className="min-h-4 text-xs text-ink-2">{blocked}</p>
        </div>
      ) : (
        <p className="text-[0.8125rem] text-ink-2">An approver releases prompts and rolls them back.</p>
      )}
      {prompt.history.length ? <Entries history={prompt.history} /> : <EmptyState icon={History} title="Nothing was released yet">No campaign can be written with this prompt before it is released.</EmptyState>}
      <Dialog open={open === "promote"} onClose={close} title="Release the working copy?">
        <PromoteForm prompt={prompt} close={close} />
      </Dialog>
      <Dialog open={open === "back"} onClose={close} title="Roll back?">
        <RollBackForm prompt={prompt} close={close} />
      </Dialog>
    </div>
  );
}

function cannotRelease(prompt: PromptText, isDirty: boolean, findings: number): string | null {
  if (isDirty) return "Save the text first: what is released is the file.";
  if (findings || !prompt.hash) return "Mend what the checks have found first.";
  return prompt.is_released ? "The working copy is in production: edit it first." : null;
}

/** Whether a release has all of production. */
const isAlone = (prompt: PromptText, hash: string): boolean => prompt.production.length === 1 && prompt.production[0]?.hash === hash;

function Labels({ prompt }: { prompt: PromptText }) {
  const stands = prompt.hash ? standing(prompt, prompt.hash) : "";
  return (
    <section aria-label="What campaigns are given" className="rounded-lg border">
      <ul className="divide-y">
        {prompt.production.map((pointer) => (
          <li key={pointer.hash} data-label="production" className="px-3 py-2">
            <p className="num flex flex-wrap items-center gap-2 text-[0.8125rem]">
              <span className="chip tone-ok">production</span> <span className="font-medium">Version {pointer.version}</span>
              <code className="text-xs text-ink-3">{pointer.hash}</code>
              <span className="ml-auto">{formatPercent(pointer.weight ?? 1)} of new campaigns</span>
            </p>
            <div aria-hidden className="drawn mt-1.5 h-1.5 rounded-full bg-idle-soft"><div className="h-full rounded-full bg-ok" style={{ width: `${(pointer.weight ?? 1) * 100}%` }} /></div>
          </li>
        ))}
        {prompt.candidate ? (
          <li data-label="candidate" className="flex flex-wrap items-center gap-2 px-3 py-2 text-[0.8125rem]">
            <span className="chip tone-run">candidate</span> <span className="font-medium">Version {prompt.candidate.version}</span>
            <code className="text-xs text-ink-3">{prompt.candidate.hash}</code> <span className="ml-auto text-ink-2">given to no campaign</span>
          </li>
        ) : null}
        <li className="flex flex-wrap items-center gap-2 px-3 py-2 text-[0.8125rem]">
          <span className="chip tone-idle">working copy</span>
          <code className="text-xs text-ink-3">{prompt.hash || "cannot be used"}</code>
          <span className="ml-auto text-ink-2">{stands.startsWith("production") ? `in ${stands}` : stands ? "the candidate" : "given to no campaign"}</span>
        </li>
      </ul>
    </section>
  );
}

function Entries({ history }: { history: ReleaseEntry[] }) {
  return (
    <section aria-labelledby="history-title">
      <h3 id="history-title" className="card-title mb-2">History</h3>
      <ol className="flex flex-col gap-2">
        {[...history].reverse().map((entry) => (
          <li key={`${entry.at}${entry.hash}${entry.action}`} data-entry={entry.action} className="border-l-2 border-line-strong pl-3 text-[0.8125rem]">
            <p className="num">
              <span className="font-medium">{doneOf(entry)}</span>{" "}
              <span className="text-xs text-ink-3">{formatMoment(entry.at)} by <bdi>{entry.by}</bdi></span>
            </p>
            <p className="wrap-anywhere text-ink-2"><bdi>{entry.why}</bdi></p>
            <p className="num text-xs text-ink-3">
              <code>{entry.hash}</code>{entry.action === "promote" ? ` · ${entry.tests} ${entry.tests === 1 ? "case" : "cases"} passed` : ""}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function doneOf(entry: ReleaseEntry): string {
  if (entry.action === "rollback") return `Rolled back to version ${entry.version}`;
  const share = entry.weight !== null && entry.weight !== undefined && entry.weight < 1 ? ` for ${formatPercent(entry.weight)} of campaigns` : "";
  return entry.label === "candidate" ? `Version ${entry.version} made the candidate` : `Version ${entry.version} released${share}`;
}
