"use client";

import { CircleAlert } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { inSentences } from "@/lib/api";
import type { DraftText } from "./use-draft";

/** What stands between a text and its file. */
export function Notices({ saved, draft }: { saved: string; draft: DraftText }) {
  const [isSeen, setSeen] = useState(false);
  return (
    <>
      {draft.error ? <p role="alert" className="border-b bg-bad-soft px-4 py-2 text-[0.8125rem] text-bad">{inSentences(draft.error)}</p> : null}
      {draft.isGone ? (
        <div role="alert" data-gone className="flex flex-wrap items-center gap-2 border-b bg-wait-soft px-4 py-2 text-[0.8125rem] text-wait">
          <CircleAlert aria-hidden size={15} className="shrink-0" />
          <p className="min-w-0 flex-1 basis-60">The file is gone. Nothing of yours is lost: it is still in the editor.</p>
          <button type="button" className="btn text-ink" disabled={draft.isSaving} onClick={draft.saveAnew}>Save it as a new file</button>
        </div>
      ) : null}
      {draft.isOvertaken && !draft.isGone ? (
        <div role="alert" data-overtaken className="flex flex-wrap items-center gap-2 border-b bg-wait-soft px-4 py-2 text-[0.8125rem] text-wait">
          <CircleAlert aria-hidden size={15} className="shrink-0" />
          <p className="min-w-0 flex-1 basis-60">Somebody else has saved this text since you began. Nothing of yours is lost: it is still in the editor.</p>
          <span className="flex flex-wrap gap-2 text-ink">
            <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setSeen(true)}>See theirs</button>
            <button type="button" className="btn" onClick={draft.discard}>Take theirs</button>
            <button type="button" className="btn" disabled={draft.isSaving} onClick={draft.saveOver}>Save mine over it</button>
          </span>
        </div>
      ) : null}
      <Dialog open={isSeen} onClose={() => setSeen(false)} title="What they have saved">
        <pre tabIndex={0} className="scroll-thin max-h-[60dvh] overflow-auto rounded-md bg-raised p-3 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap">{saved}</pre>
      </Dialog>
    </>
  );
}
