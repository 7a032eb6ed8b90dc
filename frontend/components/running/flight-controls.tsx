"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play, PoundSterling, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { useDayWords } from "@/components/world-controls/day-words";
import { inSentences, postJson, putJson } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatDayShort, formatPence } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useDelivery } from "@/lib/queries";

type Asked = "budget" | "cancel";

interface FlightControlsProps {
  campaignId: string;
  /** Among other flights, for those who hear the buttons and in their dialogs; not where the page is the campaign's own. */
  called?: string;
  isPaused: boolean;
  /** What the whole flight may cost, pounds. */
  committed: number;
}

/** What may be done about a flight that is booked: whoever may act at all may pause it; an approver shows its ads again, changes its
 * budget and cancels it. Who may do nothing sees nothing. */
export function FlightControls({ campaignId, called, isPaused, committed }: FlightControlsProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [mayPause, mayDecide] = [useMay("operator"), useMay("approver")];
  const change = useChange(campaignId);
  const isStale = useIsStale();
  const { from } = useDayWords();
  const disabled = isStale || change.isPending;
  const close = (): void => setAsked(null);
  const rest = (what: string) => (called ? <span className="sr-only">{what} of {called}</span> : what);
  // Among others all three stand on one line, on a phone too.
  const btn = called ? "btn max-sm:px-2" : "btn";
  if (!mayPause && !mayDecide) return null;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 max-sm:gap-1.5 print:hidden">
        {(isPaused ? mayDecide : mayPause) ? (
          <button type="button" className={btn} disabled={disabled} onClick={() => change.mutate({ action: isPaused ? "resume" : "pause" })}>
            {isPaused ? <Play aria-hidden size={15} /> : <Pause aria-hidden size={15} />} {isPaused ? "Resume" : "Pause"}{rest(" ads")}
          </button>
        ) : null}
        {mayDecide ? (
          <>
            <button type="button" className={btn} disabled={disabled} onClick={() => setAsked("budget")} aria-haspopup="dialog">
              <PoundSterling aria-hidden size={14} className={called ? "max-sm:hidden" : ""} /> Change budget{rest("")}
            </button>
            <button type="button" className={`${btn} btn-danger`} disabled={disabled} onClick={() => setAsked("cancel")} aria-haspopup="dialog">
              <X aria-hidden size={15} /> Cancel{rest(" campaign")}
            </button>
          </>
        ) : null}
      </div>
      {change.error && !asked ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">{inSentences(change.error)}</p> : null}
      <Dialog open={asked === "cancel"} onClose={close} title={called ? `Cancel ${called}?` : "Cancel this campaign?"}>
        <p className="text-ink-2">Its ads are shown no more {from}, which cannot be undone. What ran is measured and learned from.</p>
        <Frees campaignId={campaignId} committed={committed} />
        {change.error ? <p role="alert" className="mt-3 text-bad">{inSentences(change.error)}</p> : null}
        <div className="mt-5 flex justify-end gap-2">
          <button type="button" className="btn" onClick={close}>Leave as it is</button>
          <button
            type="button" className="btn btn-danger-solid" disabled={disabled}
            onClick={() => change.mutate({ action: "cancel" }, { onSuccess: close })}
          >
            Cancel the campaign
          </button>
        </div>
      </Dialog>
      <Dialog open={asked === "budget"} onClose={close} title={called ? `Change the budget of ${called}` : "Change the budget"}>
        <BudgetForm committed={committed} change={change} close={close} disabled={disabled} />
      </Dialog>
    </>
  );
}

/** What cancelling gives back: of the newest day the platform has charged for a part alone. */
function Frees({ campaignId, committed }: { campaignId: string; committed: number }) {
  const delivery = useDelivery(campaignId, true).data;
  if (!delivery) return <p className="mt-2 text-ink-2">What is not spent of {formatPence(committed)} is free again.</p>;
  const { through, unspent } = delivery;
  return (
    <p className="mt-2 text-ink-2">
      <strong className="num font-semibold text-ink">{formatPence(unspent)}</strong> of {formatPence(committed)} is free again
      {through ? `, less what the platform has yet to charge for ${formatDayShort(through)}` : ""}.
    </p>
  );
}

interface Change {
  action: "pause" | "resume" | "cancel" | "budget";
  budget?: number;
  /** What it may cost now, as it was shown: nobody's change is undone unseen. */
  was?: number;
}

function useChange(campaignId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, budget, was }: Change) =>
      budget === undefined ? postJson(`/campaigns/${campaignId}/${action}`) : putJson(`/campaigns/${campaignId}/budget`, { budget, was }),
    onSettled: () =>
      Promise.all(["campaign", "campaigns", "delivery", "kpis"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

interface BudgetFormProps {
  committed: number;
  change: ReturnType<typeof useChange>;
  close: () => void;
  disabled: boolean;
}

function BudgetForm({ committed, change, close, disabled }: BudgetFormProps) {
  const [amount, setAmount] = useState(String(committed));
  const [begunWith] = useState(committed);
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ action: "budget", budget: Number(amount), was: committed }, { onSuccess: close });
  };
  return (
    <form onSubmit={submit}>
      <p className="text-ink-2">
        What the whole flight may cost, what is spent included. What is left is spread over the days to come, and each channel keeps
        its share.
      </p>
      <label htmlFor={id} className="mt-4 mb-1 block font-medium">Budget in pounds</label>
      <input
        id={id} className="field num" type="number" required min="0.01" step="0.01" inputMode="decimal" value={amount}
        onChange={(event) => setAmount(event.target.value)}
      />
      {committed === begunWith ? null : <p role="alert" className="num mt-2 text-xs font-medium text-wait">Somebody has set it to {formatPence(committed)} meanwhile.</p>}
      <p role="status" className="num mt-2 min-h-5 text-xs text-ink-2">{difference(Number(amount) - committed)}</p>
      {change.error ? <p role="alert" className="mt-3 text-bad">{inSentences(change.error)}</p> : null}
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="btn" onClick={close}>Leave as it is</button>
        <button type="submit" className="btn btn-primary" disabled={disabled || Number(amount) === committed}>Set the budget</button>
      </div>
    </form>
  );
}

/** What another budget takes or gives back, pounds. */
function difference(pounds: number): string {
  if (!pounds || !Number.isFinite(pounds)) return "";
  return pounds > 0 ? `${formatPence(pounds)} more is taken from the account.` : `${formatPence(-pounds)} is free again.`;
}
