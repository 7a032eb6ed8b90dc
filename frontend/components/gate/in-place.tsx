"use client";

import { CornerUpLeft, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { channelName, formatPence } from "@/lib/format";
import type { CampaignPlan } from "@/lib/types";
import type { Wishes } from "./wishes";

/** The two decisions that ask something more, where the button stands. */
export type Asking = "reject" | "send_back";

interface ReasonProps {
  label: string;
  hint: string;
  most: number;
  value: string;
  onChange: (reason: string) => void;
  onCancel: () => void;
}

/** A reason, with the keyboard in it; Escape leaves it as it is and goes back to the buttons. */
function Reason({ label, hint, most, value, onChange, onCancel }: ReasonProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <div data-field="reason">
      <label htmlFor="in-place-reason" className="mb-1 flex flex-wrap justify-between gap-x-3 text-[0.8125rem] font-medium">
        {label} <span className={`num text-xs font-normal ${value.length > most ? "text-bad" : "text-ink-3"}`}>{value.length}/{most}</span>
      </label>
      <textarea
        ref={field} id="in-place-reason" rows={2} className="field" required aria-describedby="in-place-hint" aria-invalid={value.length > most ? true : undefined}
        value={value} onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
        }}
      />
      <p id="in-place-hint" className="mt-1 text-xs text-ink-3">{hint}</p>
    </div>
  );
}

interface InPlaceProps {
  reason: string;
  most: number;
  isBusy: boolean;
  onReason: (reason: string) => void;
  onCancel: () => void;
  onSend: () => void;
}

/** Why it is rejected, asked where it is rejected. */
export function Rejecting({ reason, most, isBusy, onReason, onCancel, onSend }: InPlaceProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">Reject the campaign</legend>
      <Reason
        label="Why do you reject it?" hint="The campaign ends and nothing is booked. Your reason is kept with it."
        most={most} value={reason} onChange={onReason} onCancel={onCancel}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <button type="button" className="btn flex-1 sm:flex-none" onClick={onCancel}>Keep it</button>
        <button type="button" disabled={isBusy || !isSaid(reason, most)} onClick={onSend} className="btn btn-danger-solid flex-1 sm:flex-none">
          <X aria-hidden size={15} /> Reject the campaign
        </button>
      </div>
    </fieldset>
  );
}

interface SendingBackProps extends InPlaceProps {
  plan: CampaignPlan;
  left: number;
  wishes: Wishes;
  onWishes: (wishes: Wishes) => void;
}

/** What the next plan is to keep to, in words and in what the planner can act on. */
export function SendingBack({ plan, left, wishes, onWishes, reason, most, isBusy, onReason, onCancel, onSend }: SendingBackProps) {
  const offered = [...new Set([...plan.allocations.map(({ channel }) => channel as string), ...wishes.leaveOut])];
  const isNumber = wishes.atMost.trim() === "" || Number(wishes.atMost) > 0;
  const toggle = (channel: string): void =>
    onWishes({ ...wishes, leaveOut: wishes.leaveOut.includes(channel) ? wishes.leaveOut.filter((one) => one !== channel) : [...wishes.leaveOut, channel] });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">Send the campaign back to be planned again</legend>
      <Reason
        label="What should be different?"
        hint="Your words go to whoever writes the brief and the ads. Figures change only by the channels and the budget below."
        most={most} value={reason} onChange={onReason} onCancel={onCancel}
      />
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_12rem]">
        <div role="group" aria-labelledby="leave-out" data-field="leave_out">
          <p id="leave-out" className="mb-1 text-[0.8125rem] font-medium">Leave out</p>
          <div className="flex flex-wrap gap-x-4 gap-y-1.5">
            {offered.map((channel) => (
              <label key={channel} className="flex items-center gap-1.5 text-[0.8125rem]">
                <input type="checkbox" checked={wishes.leaveOut.includes(channel)} onChange={() => toggle(channel)} /> {channelName(channel)}
              </label>
            ))}
          </div>
        </div>
        <div data-field="at_most">
          <label htmlFor="at-most" className="mb-1 block text-[0.8125rem] font-medium">Spend at most, £</label>
          <input
            id="at-most" type="number" inputMode="decimal" step="0.01" min="0.01" className="field num text-right" placeholder={formatPence(plan.budget).replace("£", "")}
            aria-invalid={isNumber ? undefined : true} value={wishes.atMost} onChange={(event) => onWishes({ ...wishes, atMost: event.target.value })}
          />
        </div>
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p className="num w-full text-xs text-ink-3 sm:mr-auto sm:w-auto">
          It comes back here with new ads; edits in the fields above are not kept. {left === 1 ? "This is the last time it may be sent back." : `It may be sent back ${left} times.`}
        </p>
        <button type="button" className="btn flex-1 sm:flex-none" onClick={onCancel}>Keep it</button>
        <button type="button" disabled={isBusy || !isSaid(reason, most) || !isNumber} onClick={onSend} className="btn btn-primary flex-1 sm:flex-none">
          <CornerUpLeft aria-hidden size={15} /> Send it back
        </button>
      </div>
    </fieldset>
  );
}

const isSaid = (reason: string, most: number): boolean => reason.trim() !== "" && reason.length <= most;
