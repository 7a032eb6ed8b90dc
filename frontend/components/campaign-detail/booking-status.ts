/** Where a booking stands today: its own status is of the moment it was booked, its flight has gone on since. */

import { formatDayShort } from "@/lib/format";
import type { CampaignDetail } from "@/lib/types";

type Booking = CampaignDetail["bookings"][number];

const ENDED: Partial<Record<Booking["status"], string>> = { rejected: "Rejected by the platform", canceled: "Canceled", paused: "Paused" };

/** Null where the flight's world keeps no day to tell by. */
export function bookingStatus(booking: Booking, campaign: CampaignDetail["campaign"], today: string | null): string | null {
  const ended = ENDED[booking.status];
  if (ended) return ended;
  if (campaign.status === "COMPLETED") return "Flight over";
  if (campaign.world_id !== "live" || !today) return null;
  if (today < booking.flight.start) return `Starts ${formatDayShort(booking.flight.start)}`;
  return today <= booking.flight.end ? "In flight" : "Flight over";
}
