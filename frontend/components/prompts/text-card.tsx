"use client";

import { RotateCcw, Save } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useMay } from "@/lib/caller";
import { useIsStale } from "@/lib/live";
import { Findings } from "./editor/findings";
import { SourceEditor } from "./editor/source-editor";
import { Notices } from "./notices";
import type { Checked } from "./use-checked";
import type { DraftText } from "./use-draft";

interface TextCardProps {
  label: string;
  file: string;
  /** What is in the file now. */
  saved: string;
  draft: DraftText;
  checked: Checked;
  /** What saving does, and does not. */
  about: string;
  notes?: ReactNode;
  places: (goTo: (line: number) => void) => ReactNode;
  className: string;
}

/** A text of the folder in its editor, with what is to be mended in it. */
export function TextCard({ label, file, saved, draft, checked, about, notes, places, className }: TextCardProps) {
  const may = useMay("operator");
  const isStale = useIsStale();
  const [place, setPlace] = useState<{ line: number; asked: number } | null>(null);
  const goTo = (line: number): void => setPlace((before) => ({ line, asked: (before?.asked ?? 0) + 1 }));
  const { found, isAsking, error } = checked;
  const own = useMemo(() => (found ?? []).filter((finding) => finding.file === file), [found, file]);
  const isHeld = draft.isOvertaken || draft.isGone || isStale;
  return (
    <section aria-label={label} className={`card flex h-[34rem] min-w-0 flex-col overflow-hidden ${className}`}>
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
              type="button" className="btn btn-primary" disabled={!draft.isDirty || draft.isSaving || isHeld}
              aria-keyshortcuts="Control+S" title={about} onClick={draft.save}
            >
              <Save aria-hidden size={14} /> Save
            </button>
          </span>
        ) : (
          <span className="ml-auto text-xs text-ink-2">An operator may edit it.</span>
        )}
      </header>
      <Notices saved={saved} draft={draft} />
      {notes}
      {places(goTo)}
      <SourceEditor
        label={`Source of ${file}`} describedBy="findings" text={draft.text} isReadOnly={!may} findings={own} place={place} onChange={draft.change}
        onSave={isHeld ? () => undefined : draft.save}
      />
      <Findings id="findings" file={file} findings={found ?? []} isAsking={isAsking} error={error} onGoTo={goTo} />
    </section>
  );
}
