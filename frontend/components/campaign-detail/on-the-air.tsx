"use client";

import { FlightControls } from "@/components/running/flight-controls";
import { RunningFlight, useRunningFlight } from "@/components/running/running-flight";
import type { CampaignDetail } from "@/lib/types";
import { isPaused, refusedLast } from "./booking-status";

/** A flight that is booked, first of all that its page tells: what it has spent and will have, and what can be done about it. */
export function OnTheAir({ campaignId, booking }: { campaignId: string; booking: CampaignDetail["bookings"][number] }) {
  const flight = useRunningFlight(campaignId);
  const refused = refusedLast(booking);
  return (
    <section aria-label="What is booked" className="card mb-4 px-4 py-3">
      {flight?.committed != null ? (
        <RunningFlight flight={flight} isAlone />
      ) : (
        <>
          <FlightControls campaignId={campaignId} isPaused={isPaused(booking)} committed={booking.committed} />
          {refused ? <p role="alert" className="mt-2 text-[0.8125rem] text-bad">Not done: {refused}</p> : null}
        </>
      )}
      {isPaused(booking) ? <p className="mt-2 text-[0.8125rem] text-ink-2">Its ads are paused. The money stays committed.</p> : null}
    </section>
  );
}
