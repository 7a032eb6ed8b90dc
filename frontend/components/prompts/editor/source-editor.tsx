"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { PromptFinding } from "@/lib/types";
import type { Editor } from "./code-mirror";

interface SourceEditorProps {
  label: string;
  describedBy: string;
  text: string;
  isReadOnly: boolean;
  findings: PromptFinding[];
  /** The line to go to, and how often that was asked for. */
  place: { line: number; asked: number } | null;
  onChange: (text: string) => void;
  onSave: () => void;
}

/** The text of a prompt, with what is to be mended beside its lines. */
export function SourceEditor({ label, describedBy, text, isReadOnly, findings, place, onChange, onSave }: SourceEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [isFailed, setFailed] = useState(false);
  const changed = useEffectEvent(onChange);
  const saved = useEffectEvent(onSave);
  const opened = useEffectEvent((openEditor: typeof import("./code-mirror").openEditor, parent: HTMLElement) =>
    openEditor({ parent, text, label, describedBy, isReadOnly, onChange: (next) => changed(next), onSave: () => saved() }),
  );
  useEffect(() => {
    const parent = box.current;
    let made: Editor | null = null;
    let isGone = false;
    import("./code-mirror")
      .then(({ openEditor }) => {
        if (isGone || !parent) return;
        made = opened(openEditor, parent);
        setEditor(made);
      })
      .catch(() => setFailed(true));
    return () => {
      isGone = true;
      made?.destroy();
      setEditor(null);
    };
  }, []);
  useEffect(() => editor?.setText(text), [editor, text]);
  useEffect(() => editor?.setReadOnly(isReadOnly), [editor, isReadOnly]);
  useEffect(() => editor?.setFindings(findings), [editor, findings]);
  useEffect(() => {
    if (place) editor?.goTo(place.line);
  }, [editor, place]);
  return (
    <div className="relative min-h-0 flex-1">
      <div ref={box} className="absolute inset-0" data-editor={editor ? "ready" : "loading"} />
      {editor || isFailed ? null : (
        <div role="status" className="absolute inset-0 flex flex-col gap-2.5 p-4">
          <span className="sr-only">Loading the editor</span>
          {Array.from({ length: 9 }, (_, index) => (
            <div key={index} aria-hidden className="skeleton h-3.5" style={{ width: `${88 - ((index * 23) % 50)}%` }} />
          ))}
        </div>
      )}
      {isFailed ? (
        <div role="alert" className="absolute inset-0 p-4 text-[0.8125rem] text-bad">
          The editor could not be loaded. Open the page again.
        </div>
      ) : null}
    </div>
  );
}
