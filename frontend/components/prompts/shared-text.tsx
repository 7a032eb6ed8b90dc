"use client";

import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { ErrorState, Loading } from "@/components/basics/states";
import { usePartial } from "@/lib/prompts";
import type { PartialText } from "@/lib/types";
import { TextCard } from "./text-card";
import { useChecked } from "./use-checked";
import { useDraft } from "./use-draft";

interface SharedTextProps {
  name: string;
  /** The file of the prompt it was opened from. */
  of: string;
  className: string;
  onBack: () => void;
}

/** A text that prompts share, in the place of the prompt's own. */
export function SharedText({ name, of, className, onBack }: SharedTextProps) {
  const partial = usePartial(name);
  const back = (
    <button type="button" className="tap flex items-center gap-1 font-medium text-accent hover:underline" onClick={onBack}>
      <ArrowLeft aria-hidden size={13} /> Back to {of}
    </button>
  );
  if (partial.data) return <Opened partial={partial.data} back={back} className={className} />;
  return (
    <div className={`card min-h-[34rem] ${className}`}>
      <p className="border-b px-4 py-1.5 text-xs">{back}</p>
      {partial.isError ? <ErrorState error={partial.error} retry={() => void partial.refetch()} /> : <Loading label={name} rows={12} />}
    </div>
  );
}

function Opened({ partial, back, className }: { partial: PartialText; back: ReactNode; className: string }) {
  const { name, source, used_by: users } = partial;
  const draft = useDraft(partial);
  const checked = useChecked(name, draft.text);
  return (
    <TextCard
      label={`Text of ${name}`} file={name} saved={source} draft={draft} checked={checked} className={className}
      about="Save the text (Ctrl+S). It is in the working copies at once, and in no campaign before they are released."
      notes={<p data-used-by className="border-b bg-raised px-4 py-1.5 text-xs text-ink-2 wrap-anywhere">{told(users)}</p>}
      places={() => <nav aria-label="Where it is brought in" className="flex min-h-8 shrink-0 items-center border-b px-4 text-xs">{back}</nav>}
    />
  );
}

const told = (users: string[]): string =>
  users.length > 1 ? `An edit changes ${users.length} prompts: ${users.slice(0, -1).join(", ")} and ${users.at(-1)}. Each is released by itself.` : `Only ${users[0] ?? "no prompt"} brings it in.`;
