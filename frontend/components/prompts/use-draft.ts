"use client";

/** The text in the editor: what was read, or what has been made of it, until it is saved. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Problem } from "@/lib/api";
import { useSave } from "@/lib/prompts";

/** A prompt, or a text that prompts share: `mark` changes with every character of it. */
interface SavedText {
  name: string;
  source: string;
  mark: string;
}

/** What is shown of a prompt hangs on its own text, which is sent along, and on the texts that it brings in, which are not. */
const HANGS_ON_PARTIALS = ["prompt-check", "prompt-preview", "prompt-diff"];
const changedBy = (name: string): string[] => ["prompts", ...(name.startsWith("partials/") ? HANGS_ON_PARTIALS : [])];

/** An edit, and the mark of the text it began from. */
interface Edit {
  text: string;
  mark: string;
}

/** An edit outlives its page, in this tab: whoever goes to another page finds it here again. */
const place = (name: string): string => `tescosense.prompt.${name}`;

function kept(name: string): Edit | null {
  const text = sessionStorage.getItem(place(name));
  return text ? (JSON.parse(text) as Edit) : null;
}

export interface DraftText {
  text: string;
  isDirty: boolean;
  /** Whether somebody else has saved it since the edit began. */
  isOvertaken: boolean;
  isSaving: boolean;
  error: Error | null;
  /** Whether the file is gone: the edit can be saved as a new one. */
  isGone: boolean;
  change: (text: string) => void;
  save: () => void;
  /** Save the edit over what somebody else has saved. */
  saveOver: () => void;
  /** Save the edit where there is no file any more. */
  saveAnew: () => void;
  discard: () => void;
}

export function useDraft({ name, source, mark }: SavedText): DraftText {
  const client = useQueryClient();
  const [edit, setEdit] = useState<Edit | null>(() => kept(name));
  const saving = useSave(name);
  const isDirty = edit !== null && edit.text !== source;
  useEffect(() => {
    if (edit) sessionStorage.setItem(place(name), JSON.stringify(edit));
    else sessionStorage.removeItem(place(name));
  }, [edit, name]);
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);

  const put = (text: string, over: string): void =>
    saving.mutate(
      { source: text, mark: over },
      {
        onSuccess: (saved) => {
          client.setQueryData<SavedText>(["prompts", name], (known) => known && { ...known, source: text, mark: saved.mark });
          // What was typed while it was on its way is an edit of what is saved now.
          setEdit((now) => (now && now.text !== text ? { text: now.text, mark: saved.mark } : null));
        },
        onSettled: () => changedBy(name).forEach((key) => void client.invalidateQueries({ queryKey: [key] })),
      },
    );
  const status = saving.error instanceof Problem ? saving.error.status : null;
  return {
    text: edit?.text ?? source,
    isDirty,
    isOvertaken: isDirty && edit.mark !== mark && mark !== "",
    isSaving: saving.isPending,
    error: status === 409 || status === 404 ? null : saving.error,
    isGone: isDirty && (status === 404 || mark === ""),
    change: (text) => {
      saving.reset();
      // What is the file's own text again, as after a save that somebody else has made too, begins from there.
      setEdit((now) => (text === source ? null : { text, mark: now && now.text !== source ? now.mark : mark }));
    },
    save: () => {
      if (edit && isDirty && !saving.isPending) put(edit.text, edit.mark);
    },
    saveOver: () => {
      if (edit) put(edit.text, mark);
    },
    saveAnew: () => {
      if (edit) put(edit.text, "");
    },
    discard: () => {
      saving.reset();
      setEdit(null);
    },
  };
}
