"use client";

import { FlightControls } from "@/components/running/flight-controls";
import { FlightSpend, PaceKey, useRunningFlight } from "@/components/running/running-flight";
import type { CampaignDetail } from "@/lib/types";
import { isPaused, refusedLast } from "./booking-status";

/** A flight that is booked, first of all that its page tells: what it has spent and will have, and what can be done about it. */
export function OnTheAir({ campaignId, booking }: { campaignId: string; booking: CampaignDetail["bookings"][number] }) {
  const flight = useRunningFlight(campaignId);
  const told = flight?.committed != null ? flight : null;
  const refused = told ? told.refused : refusedLast(booking);
  return (
    <section aria-label="What is booked" className="card mb-4 px-4 py-3">
      {told ? <FlightSpend flight={told} isAlone /> : null}
      {told && told.is_paused === null ? null : (
        // In one place, whatever is told: buttons drawn anew would lose the keyboard.
        <div className={told ? "mt-2" : ""}>
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
            <div><FlightControls campaignId={campaignId} isPaused={told?.is_paused ?? isPaused(booking)} committed={told?.committed ?? booking.committed} /></div>
            {told ? <div className="max-xl:hidden"><PaceKey /></div> : null}
          </div>
          {refused ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">Not done: {refused}</p> : null}
        </div>
      )}
      {isPaused(booking) ? <p className="mt-2 text-[0.8125rem] text-ink-2">Its ads are paused. The money stays committed.</p> : null}
    </section>
  );
}
