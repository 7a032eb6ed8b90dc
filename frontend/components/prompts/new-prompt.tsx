"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { LONGEST } from "@/generated/limits";
import { inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { useIsStale } from "@/lib/live";
import { useCreate } from "@/lib/prompts";

/** A file that passes the checks, with a case, to be written over. */
export const skeleton = (name: string): string => `---
name: ${name}
description: What it is for.
inputs:
  - name: product_name
    kind: string
    example: Tomato & Basil Soup 600g
tests:
  - description: names the product
    assert:
      - type: icontains
        value: soup
template:
  format:
    kind: jinja2
  parser:
    kind: prompty
---
system:
You write for a British grocer.

user:
Write one sentence about {{ product_name }}.
`;

/** A prompt of one's own, and why it may not be what is wanted. */
export function NewPrompt({ onMade }: { onMade: (name: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const may = useMay("operator");
  if (!may) return null;
  return (
    <>
      <button type="button" className="btn shrink-0 self-center" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Plus aria-hidden size={14} /> New prompt
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title="A prompt of your own?">
        <NewPromptForm
          close={() => setOpen(false)}
          onMade={(name) => {
            setOpen(false);
            onMade(name);
          }}
        />
      </Dialog>
    </>
  );
}

function NewPromptForm({ close, onMade }: { close: () => void; onMade: (name: string) => void }) {
  const [name, setName] = useState("");
  const create = useCreate();
  const isStale = useIsStale();
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    create.mutate({ name: wanted, source: skeleton(wanted) }, { onSuccess: () => onMade(wanted) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <p className="rounded-md bg-accent-soft px-3 py-2">
        It can be run, tested and released like the others, but no campaign asks with it: each agent asks with its own prompt. For another wording of
        one of those, edit it. No campaign is given that before it is released, and as a candidate it is kept by name.
      </p>
      <div>
        <label htmlFor={id} className="mb-1 block font-medium">Name</label>
        <input
          id={id} className="field" required maxLength={LONGEST.CheckPromptRequest.name} value={name} placeholder="demo/shelf_label"
          aria-describedby={`${id}-about`} onChange={(event) => setName(event.target.value)}
        />
        <p id={`${id}-about`} className="mt-0.5 text-xs text-ink-3">A folder and a file, in small letters.</p>
      </div>
      {create.error ? <p role="alert" className="text-bad wrap-anywhere">{inSentences(create.error)}</p> : null}
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={close}>Leave it</button>
        <button type="submit" className="btn btn-primary" disabled={create.isPending || isStale}>{create.isPending ? "Making it…" : "Make it"}</button>
      </div>
    </form>
  );
}
