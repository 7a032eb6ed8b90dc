"use client";

import { Check, CircleAlert, CornerUpLeft, ShieldQuestion, X } from "lucide-react";
import type { ReactNode } from "react";
import type { Asking } from "@/components/gate/in-place";
import { inSentences, Problem } from "@/lib/api";
import { formatPence } from "@/lib/format";
import { useIsStale } from "@/lib/live";

interface ActionsProps {
  edits: number;
  total: number;
  /** What the rules say of words that were changed, as they stand now: an approval is then no booking. */
  said: "fail" | "refer" | null;
  isBusy: boolean;
  /** Whether whoever looks at it may decide at all. */
  mayDecide: boolean;
  /** How often it may still be sent back. */
  sendsLeft: number;
  tooLate: string | null;
  /** Why it cannot be approved as it is filled in now; null when it can. */
  blocked: string | null;
  error: Error | null;
  onAsk: (asking: Asking) => void;
  /** What a rejection or a plan sent back asks for, in the place of the buttons. */
  children: ReactNode;
}

/** What becomes of changed words that the rules do not pass: nothing is booked, and the campaign comes back to the gate. */
export const HELD_BACK = {
  fail: { button: "Send to be checked", then: "The rules fail these words: nothing is booked, and it comes back here.", word: "Sent to be checked" },
  refer: { button: "Send for a second approval", then: "The rules want a second person for these words: it comes back here for somebody else.", word: "Sent for a second approval" },
};

/** Always in sight at the form's foot: what would be sent, why it may not be, and what the server said to it. */
export function Actions({ edits, total, said, isBusy, mayDecide, sendsLeft, tooLate, blocked, error, onAsk, children }: ActionsProps) {
  const isStale = useIsStale();
  const cannot = isStale
    ? "Not connected: decisions wait until the server is back."
    : tooLate
      ? `It can no longer be approved: ${tooLate}. Reject it, and say why.`
      : blocked;
  const ends = said ? HELD_BACK[said] : null;
  return (
    <div className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 low:static rounded-b-[10px] border-t bg-surface px-4 py-3 lg:bottom-0">
      <Refusal error={error} />
      {children ?? (
        <div className="flex flex-wrap items-center gap-2">
        <p
          id="said" aria-live="polite"
          className={`num w-full text-xs sm:mr-auto sm:w-auto sm:flex-1 sm:basis-60 sm:text-[0.8125rem] ${cannot || ends ? "font-medium text-wait" : "text-ink-2"}`}
        >
          {cannot ?? ends?.then ?? (edits ? `${edits} ${edits === 1 ? "edit" : "edits"}` : "As planned")}
        </p>
        <button
          type="button" id="ask-reject" disabled={isBusy || isStale || !mayDecide} onClick={() => onAsk("reject")}
          className={tooLate ? "btn btn-danger-solid order-last flex-[2] sm:flex-none" : "btn btn-danger flex-1 sm:flex-none"}
        >
          <X aria-hidden size={15} /> Reject
        </button>
        {tooLate ? null : (
          <button
            type="button" id="ask-send_back" disabled={isBusy || isStale || !mayDecide || sendsLeft === 0} onClick={() => onAsk("send_back")} className="btn flex-1 sm:flex-none"
            title={sendsLeft === 0 ? "It has been sent back as often as it may be" : "Have it planned again, with a comment"}
          >
            <CornerUpLeft aria-hidden size={15} /> Send back
          </button>
        )}
        <button
          type="submit" disabled={isBusy || cannot !== null} aria-describedby="said" title={cannot ?? undefined}
          className={tooLate || ends ? "btn flex-1 sm:flex-none" : "btn btn-primary flex-[2] sm:flex-none"}
        >
          {ends ? (
            <><ShieldQuestion aria-hidden size={15} /> {ends.button}</>
          ) : (
            <><Check aria-hidden size={15} /> {edits ? "Approve with edits" : "Approve"} <span className="num">{formatPence(total)}</span></>
          )}
        </button>
      </div>
      )}
    </div>
  );
}

function Refusal({ error }: { error: Error | null }) {
  if (!error) return null;
  const isDecided = error instanceof Problem && error.code === "already_decided";
  return (
    <p role="alert" className="mb-2.5 flex items-start gap-2 rounded-md bg-bad-soft px-3 py-2 text-[0.8125rem] text-bad">
      <CircleAlert aria-hidden size={16} className="mt-px shrink-0" />
      <span>
        {isDecided ? <strong className="font-semibold">Already decided. </strong> : null}
        {inSentences(error)}
      </span>
    </p>
  );
}
