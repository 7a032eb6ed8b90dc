"use client";

import { RotateCcw, Save } from "lucide-react";
import { useMemo, useState } from "react";
import { Tabs } from "@/components/basics/tabs";
import { useMay } from "@/lib/caller";
import { sentence } from "@/lib/format";
import { useSettled } from "@/lib/hooks/use-settled";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useIsStale } from "@/lib/live";
import { useCompareOutputs, useFindings, useRun } from "@/lib/prompts";
import type { PromptText } from "@/lib/types";
import { Findings } from "./editor/findings";
import { Places } from "./editor/places";
import { SourceEditor } from "./editor/source-editor";
import { useFilling } from "./filling";
import { Notices } from "./notices";
import { CasesPanel } from "./panels/cases-panel";
import { ComparePanel } from "./panels/compare-panel";
import { OutcomePanel } from "./panels/outcome-panel";
import { PreviewPanel } from "./panels/preview-panel";
import { RunPanel } from "./panels/run-panel";
import { ReleasesPanel } from "./releasing/releases-panel";
import { useCases } from "./use-cases";
import { useDraft } from "./use-draft";
import { leadingKey, wordingsOf } from "./wordings";

const STILL_MS = 300;
const TABS = ["preview", "run", "cases", "compare", "releases", "outcome"];
const HIGH = "xl:h-[max(34rem,calc(100dvh-16.75rem))]";

/** One prompt: its text on one side, what comes of it on the other. */
export function Workspace({ prompt }: { prompt: PromptText }) {
  const { name } = prompt;
  const url = useUrlState();
  const draft = useDraft(prompt);
  const may = useMay("operator");
  const isStale = useIsStale();
  const [place, setPlace] = useState<{ line: number; asked: number } | null>(null);
  const goTo = (line: number): void => setPlace((before) => ({ line, asked: (before?.asked ?? 0) + 1 }));
  const settled = useSettled(draft.text, STILL_MS);
  const check = useFindings(name, settled);
  const isAsking = settled !== draft.text || check.isFetching;
  const found = check.data?.items;
  const file = `${name}.prompty`;
  // Of the text in the editor, so that a case can be tried as soon as it is written.
  const names = check.data?.cases ?? prompt.cases;
  const own = useMemo(() => (found ?? []).filter((finding) => finding.file === file), [found, file]);
  const filling = useFilling(name, draft.text);
  const run = useRun(name);
  const cases = useCases(name, draft.text);
  const outputs = useCompareOutputs(name);
  const wordings = wordingsOf(prompt, draft.isDirty);
  const known = (key: string | null, otherwise: string): string => wordings.find((one) => one.key === key)?.key ?? otherwise;
  const tab = url.get("tab") ?? "";
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <section aria-label={`Text of ${name}`} className={`card flex h-[34rem] min-w-0 flex-col overflow-hidden ${HIGH}`}>
        <header className="flex min-h-11 flex-wrap items-center gap-2 border-b px-4 py-1.5">
          <h2 className="card-title min-w-0 truncate">{file}</h2>
          <span role="status" data-draft={draft.isDirty ? "edited" : "saved"} className={`chip ${draft.isDirty ? "tone-wait" : "tone-idle"}`}>
            {draft.isSaving ? "Saving…" : draft.isDirty ? "Not saved" : "Saved"}
          </span>
          {may ? (
            <span className="ml-auto flex gap-1.5">
              <button type="button" className="btn btn-quiet" disabled={!draft.isDirty || draft.isSaving} onClick={draft.discard}>
                <RotateCcw aria-hidden size={14} /> Discard
              </button>
              <button
                type="button" className="btn btn-primary" disabled={!draft.isDirty || draft.isSaving || draft.isOvertaken || draft.isGone || isStale}
                aria-keyshortcuts="Control+S" title="Save the working copy (Ctrl+S). No campaign is given it before it is released." onClick={draft.save}
              >
                <Save aria-hidden size={14} /> Save
              </button>
            </span>
          ) : (
            <span className="ml-auto text-xs text-ink-2">An operator may edit it.</span>
          )}
        </header>
        <Notices prompt={prompt} draft={draft} />
        {prompt.notes.map((note) => <p key={note.code} data-note={note.code} className="border-b bg-raised px-4 py-1.5 text-xs text-ink-2 wrap-anywhere">{sentence(note.message)}</p>)}
        <Places source={draft.text} onGoTo={goTo} />
        <SourceEditor
          label={`Source of ${file}`} describedBy="findings" text={draft.text} isReadOnly={!may} findings={own} place={place} onChange={draft.change}
          onSave={draft.isOvertaken || draft.isGone || isStale ? () => undefined : draft.save}
        />
        <Findings
          id="findings" file={file} findings={found ?? []} isAsking={isAsking} error={check.error}
          onGoTo={goTo}
        />
      </section>
      <section aria-label="What comes of it" className={`card min-h-[34rem] min-w-0 overflow-hidden ${HIGH}`}>
        <Tabs
          label="What to look at" fills
          open={{ key: TABS.includes(tab) ? tab : "preview", choose: (key) => url.set({ tab: key === "preview" ? null : key }) }}
          tabs={[
            { key: "preview", label: "Preview", content: <PreviewPanel filling={filling} cases={names} /> },
            { key: "run", label: "Run", content: <RunPanel filling={filling} cases={names} text={draft.text} run={run} /> },
            { key: "cases", label: "Cases", content: <CasesPanel cases={names} tried={cases} /> },
            {
              key: "compare", label: "Compare",
              content: (
                <ComparePanel
                  prompt={prompt} text={draft.text} wordings={wordings} outputs={outputs} a={known(url.get("a"), leadingKey(prompt))} b={known(url.get("b"), "draft")}
                  onChoose={(side, key) => url.set({ [side]: key })}
                />
              ),
            },
            { key: "releases", label: "Releases", content: <ReleasesPanel prompt={prompt} isDirty={draft.isDirty} findings={found?.length ?? 0} /> },
            { key: "outcome", label: "Outcome", content: <OutcomePanel name={name} /> },
          ]}
        />
      </section>
    </div>
  );
}
