"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play, RotateCcw, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { inSentences, postJson, putJson } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatDayShort, formatPence } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useDelivery } from "@/lib/queries";
import type { CampaignDetail } from "@/lib/types";
import { isPaused, refusedLast } from "./booking-status";

type Booking = CampaignDetail["bookings"][number];
type Asked = "budget" | "cancel";

/** What may be done about a flight that is booked: whoever may act at all may pause it; an approver shows its ads again, changes its
 * budget and cancels it. */
export function BookingControls({ campaignId, booking }: { campaignId: string; booking: Booking }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [mayPause, mayDecide] = [useMay("operator"), useMay("approver")];
  const change = useChange(campaignId);
  const isStale = useIsStale();
  const paused = isPaused(booking);
  const disabled = isStale || change.isPending;
  const close = (): void => setAsked(null);
  const refused = refusedLast(booking);
  return (
    <section aria-label="What is booked" className="mb-4">
      <div className="flex flex-wrap items-center gap-2">
        {paused && mayDecide ? (
          <button type="button" className="btn" disabled={disabled} onClick={() => change.mutate({ action: "resume" })}>
            <Play aria-hidden size={15} /> Resume ads
          </button>
        ) : null}
        {!paused && mayPause ? (
          <button type="button" className="btn" disabled={disabled} onClick={() => change.mutate({ action: "pause" })}>
            <Pause aria-hidden size={15} /> Pause ads
          </button>
        ) : null}
        {mayDecide ? (
          <>
            <button type="button" className="btn" disabled={disabled} onClick={() => setAsked("budget")} aria-haspopup="dialog">
              Change budget
            </button>
            <button type="button" className="btn btn-danger" disabled={disabled} onClick={() => setAsked("cancel")} aria-haspopup="dialog">
              <X aria-hidden size={15} /> Cancel campaign
            </button>
          </>
        ) : null}
        {paused ? <span className="text-[0.8125rem] text-ink-2">Its ads are paused. The money stays committed.</span> : null}
      </div>
      {change.error && !asked ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">{inSentences(change.error)}</p> : null}
      {refused ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">Not done: {refused}</p> : null}
      <Dialog open={asked === "cancel"} onClose={close} title="Cancel this campaign?">
        <p className="text-ink-2">Its ads are shown no more from today on, which cannot be undone. What ran is measured and learned from.</p>
        <Frees campaignId={campaignId} committed={booking.committed} />
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
      <Dialog open={asked === "budget"} onClose={close} title="Change the budget">
        <BudgetForm booking={booking} change={change} close={close} disabled={disabled} />
      </Dialog>
    </section>
  );
}

/** Goes on with a campaign that failed from its last good step; why that cannot be is said beneath. */
export function TryAgain({ campaignId }: { campaignId: string }) {
  const may = useMay("operator");
  const change = useChange(campaignId);
  const isStale = useIsStale();
  if (!may) return null;
  return (
    <>
      <button
        type="button" className="btn mt-3" disabled={isStale || change.isPending}
        onClick={() => change.mutate({ action: "resume" })}
      >
        <RotateCcw aria-hidden size={15} /> Try again
      </button>
      {change.error ? <span className="mt-2 block">Not done: {inSentences(change.error)}</span> : null}
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
}

function useChange(campaignId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, budget }: Change) =>
      budget === undefined ? postJson(`/campaigns/${campaignId}/${action}`) : putJson(`/campaigns/${campaignId}/budget`, { budget }),
    onSettled: () =>
      Promise.all(["campaign", "campaigns", "delivery", "kpis"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

interface BudgetFormProps {
  booking: Booking;
  change: ReturnType<typeof useChange>;
  close: () => void;
  disabled: boolean;
}

function BudgetForm({ booking, change, close, disabled }: BudgetFormProps) {
  const [amount, setAmount] = useState(String(booking.committed));
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ action: "budget", budget: Number(amount) }, { onSuccess: close });
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
      <p role="status" className="num mt-2 min-h-5 text-xs text-ink-2">{difference(Number(amount) - booking.committed)}</p>
      {change.error ? <p role="alert" className="mt-3 text-bad">{inSentences(change.error)}</p> : null}
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="btn" onClick={close}>Leave as it is</button>
        <button type="submit" className="btn btn-primary" disabled={disabled || Number(amount) === booking.committed}>Set the budget</button>
      </div>
    </form>
  );
}

/** What another budget takes or gives back, pounds. */
function difference(pounds: number): string {
  if (!pounds || !Number.isFinite(pounds)) return "";
  return pounds > 0 ? `${formatPence(pounds)} more is taken from the account.` : `${formatPence(-pounds)} is free again.`;
}
