/** CodeMirror as this page uses it. Loaded when an editor is shown, and by no other page. */

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import type { PromptFinding } from "@/lib/types";
import { look } from "./look";
import { prompty } from "./prompty-language";

interface Options {
  parent: HTMLElement;
  text: string;
  label: string;
  describedBy: string;
  isReadOnly: boolean;
  onChange: (text: string) => void;
  onSave: () => void;
}

export interface Editor {
  setText: (text: string) => void;
  setReadOnly: (isReadOnly: boolean) => void;
  /** Findings of this file, by line. */
  setFindings: (findings: PromptFinding[]) => void;
  goTo: (line: number) => void;
  destroy: () => void;
}

/** Marks what the page itself has put in, which nobody has typed. */
const FromPage = Annotation.define<boolean>();

export function openEditor({ parent, text, label, describedBy, isReadOnly, onChange, onSave }: Options): Editor {
  const locked = new Compartment();
  // Still within the keyboard's reach, so that a viewer can read and copy it.
  const lock = (on: boolean) => EditorState.readOnly.of(on);
  const save = (): boolean => {
    onSave();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(),
        EditorView.lineWrapping, prompty, look, locked.of(lock(isReadOnly)),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, spellcheck: "true", tabindex: "0" }),
        // Tab is left to move on: it is the way out of the field.
        keymap.of([{ key: "Mod-s", preventDefault: true, run: save }, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          const isOurs = update.transactions.some((transaction) => transaction.annotation(FromPage));
          if (update.docChanged && !isOurs) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (next) => {
      if (next === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next }, annotations: FromPage.of(true) });
    },
    setReadOnly: (on) => view.dispatch({ effects: locked.reconfigure(lock(on)) }),
    setFindings: (findings) => view.dispatch(setDiagnostics(view.state, findings.map((finding) => diagnostic(view.state, finding)))),
    goTo: (line) => {
      const { from } = view.state.doc.line(within(view.state, line));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 40 }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** A finding may be of a text that has lost lines since. */
const within = (state: EditorState, line: number): number => Math.min(Math.max(1, line), state.doc.lines);

function diagnostic(state: EditorState, finding: PromptFinding): Diagnostic {
  const { from, to } = state.doc.line(within(state, finding.line));
  return { from, to, severity: "error", message: finding.message, source: finding.code };
}
