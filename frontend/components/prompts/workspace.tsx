"use client";

import { Tabs } from "@/components/basics/tabs";
import { sentence } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useCompareOutputs, useRun } from "@/lib/prompts";
import type { PromptText } from "@/lib/types";
import { Places } from "./editor/places";
import { useFilling } from "./filling";
import { CasesPanel } from "./panels/cases-panel";
import { ComparePanel } from "./panels/compare-panel";
import { OutcomePanel } from "./panels/outcome-panel";
import { PreviewPanel } from "./panels/preview-panel";
import { RunPanel } from "./panels/run-panel";
import { ReleasesPanel } from "./releasing/releases-panel";
import { SharedText } from "./shared-text";
import { TextCard } from "./text-card";
import { useCases } from "./use-cases";
import { useChecked } from "./use-checked";
import { useDraft } from "./use-draft";
import { leadingKey, wordingsOf } from "./wordings";

const TABS = ["preview", "run", "cases", "compare", "releases", "outcome"];
const HIGH = "xl:h-[max(34rem,calc(100dvh-16.75rem))]";

/** One prompt: its text on one side, what comes of it on the other. */
export function Workspace({ prompt }: { prompt: PromptText }) {
  const { name } = prompt;
  const url = useUrlState();
  const draft = useDraft(prompt);
  const checked = useChecked(name, draft.text);
  const { found } = checked;
  const file = `${name}.prompty`;
  // Of the text in the editor, so that a case can be tried as soon as it is written.
  const names = checked.cases ?? prompt.cases;
  const shared = url.get("text");
  const partial = prompt.partials.find((one) => one === shared);
  const filling = useFilling(name, draft.text);
  const run = useRun(name);
  const cases = useCases(name, draft.text);
  const outputs = useCompareOutputs(name);
  const wordings = wordingsOf(prompt, draft.isDirty);
  const known = (key: string | null, otherwise: string): string => wordings.find((one) => one.key === key)?.key ?? otherwise;
  const tab = url.get("tab") ?? "";
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      {partial ? (
        <SharedText key={partial} name={partial} of={file} className={HIGH} onBack={() => url.set({ text: null })} />
      ) : (
        <TextCard
          label={`Text of ${name}`} file={file} saved={prompt.source} draft={draft} checked={checked} className={HIGH}
          about="Save the working copy (Ctrl+S). No campaign is given it before it is released."
          notes={prompt.notes.map((note) => <p key={note.code} data-note={note.code} className="border-b bg-raised px-4 py-1.5 text-xs text-ink-2 wrap-anywhere">{sentence(note.message)}</p>)}
          places={(goTo) => <Places source={draft.text} partials={prompt.partials} onGoTo={goTo} onOpen={(text) => url.set({ text })} />}
        />
      )}
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
