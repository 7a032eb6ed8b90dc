"use client";

import { channelName, words } from "@/lib/format";
import { useLive } from "@/lib/live";
import type { AnswerDraft } from "@/lib/types";

/** The ads of a step while their words come. What is kept, and judged, is what the step gives in the end. */
export function BeingWritten({ campaignId, node }: { campaignId: string; node: string }) {
  const drafts = useLive((live) => live.drafts[campaignId])?.filter((draft) => draft.node === node) ?? [];
  if (!drafts.length) return null;
  return (
    <section aria-labelledby="being-written" className="mx-4 mb-3" data-drafts={drafts.length}>
      <h3 id="being-written" className="label">Being written</h3>
      <ul className="mt-1 flex flex-col gap-1.5">
        {drafts.map((draft) => <Draft key={draft.call_id} draft={draft} />)}
      </ul>
      <p className="mt-1 text-xs text-ink-3">As the model writes. Rules and people see an ad once it is whole.</p>
    </section>
  );
}

function Draft({ draft }: { draft: AnswerDraft }) {
  const { headline, body, call_to_action: asks } = draft.fields;
  const isWriting = draft.state === "writing";
  return (
    <li className="rounded-lg border bg-raised px-2.5 py-2 text-[0.8125rem] wrap-anywhere" aria-busy={isWriting}>
      <p className="flex items-baseline justify-between gap-2 text-xs text-ink-3">
        <span>{draft.channel ? channelName(draft.channel) : words(draft.node)}</span>
        <span>{isWriting ? "writing" : "written"}</span>
      </p>
      <p className="font-semibold">{headline ?? "…"}</p>
      {body ? <p className="mt-0.5">{body}</p> : null}
      {asks ? <p className="mt-0.5 font-medium text-ink-2">{asks}</p> : null}
    </li>
  );
}
