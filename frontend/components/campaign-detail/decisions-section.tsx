"use client";

import { Section } from "@/components/basics/section";
import { channelName, formatFlight, formatMoment, formatPence, wishWords } from "@/lib/format";
import { useClock, useLiveWorld } from "@/lib/queries";
import { DECIDED, isLapse, whoDecided } from "@/lib/status";
import type { CampaignDetail } from "@/lib/types";
import { bookingStatus, changeWords } from "./booking-status";

/** Who decided what, what was booked, and where the money stands. */
export function DecisionsSection({ detail }: { detail: CampaignDetail }) {
  const today = useClock().data?.today ?? null;
  const live = useLiveWorld();
  return (
    <Section id="decisions" title="Decisions and bookings">
      <ul className="flex flex-col gap-2.5 text-[0.8125rem]">
        {detail.approvals.map((approval) => (
          <li key={approval.decided_at}>
            {isLapse(approval) ? <span className="font-medium">Lapsed</span> : <><span className="font-medium">{DECIDED[approval.decision]}</span> by <bdi>{whoDecided(approval.decided_by)}</bdi></>}
            <span className="num text-ink-3"> · {formatMoment(approval.decided_at)} by your clock</span>
            {approval.budgets?.length ? (
              <span className="num block text-xs text-ink-2">
                {approval.budgets.map((edit) => `${channelName(edit.channel)} ${formatPence(edit.budget)}`).join(", ")}
              </span>
            ) : null}
            {approval.reason ? <span className="block text-xs text-ink-2"><bdi>“{approval.reason}”</bdi>{wishWords(approval)}</span> : null}
          </li>
        ))}
        {detail.bookings.map((booking) => {
          const status = bookingStatus(booking, detail.campaign, today, live);
          return (
            <li key={booking.id}>
              <span className="font-medium">Booked {formatPence(booking.committed)}</span>
              <span className="num text-ink-2"> · {formatFlight(booking.flight.start, booking.flight.end)}{status ? ` · ${status}` : ""}</span>
              <code className="block text-xs break-all text-ink-3">{booking.transaction_id}</code>
              {booking.changes?.map((change) => (
                <span key={change.key} className="num mt-1 block text-xs text-ink-2">
                  {changeWords(change)}{change.by ? ` by ${change.by}` : ""}{change.problem ? `, not done: ${change.problem}` : ""}
                </span>
              ))}
            </li>
          );
        })}
        {detail.ledger.map((entry) => (
          <li key={entry.key} className="num flex justify-between gap-3 border-t pt-2 text-xs text-ink-2">
            <span>Ledger: {entry.state}</span>
            <span>{formatPence(entry.amount)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
