/** Where a booking stands today: its own status is of the moment it was booked, its flight has gone on since. */

import { formatDayShort, formatPence } from "@/lib/format";
import type { CampaignDetail } from "@/lib/types";

type Booking = CampaignDetail["bookings"][number];

const ENDED: Partial<Record<Booking["status"], string>> = { rejected: "Rejected by the platform", canceled: "Cancelled", paused: "Paused" };

/** Whether we have paused it. Its platform calls it paused only once it would run. */
export function isPaused(booking: Booking): boolean {
  const turns = (booking.changes ?? []).filter((change) => !change.problem && (change.action === "pause" || change.action === "resume"));
  return turns.at(-1)?.action === "pause";
}

/** Why the newest change was not made; null where it was. */
export const refusedLast = (booking: Booking): string | null => booking.changes?.at(-1)?.problem || null;

/** Null where the flight's world keeps no day to tell by: any but the `live` one. */
export function bookingStatus(booking: Booking, campaign: CampaignDetail["campaign"], today: string | null, live = "live"): string | null {
  const ended = ENDED[booking.status];
  if (ended) return ended;
  if (campaign.status === "COMPLETED" || campaign.status === "CANCELED") return "Flight over";
  if (isPaused(booking)) return "Paused";
  if (campaign.world_id !== live || !today) return null;
  if (today < booking.flight.start) return `Starts ${formatDayShort(booking.flight.start)}`;
  return today <= booking.flight.end ? "In flight" : "Flight over";
}

const DONE = { pause: "Paused", resume: "Resumed", cancel: "Cancelled", budget: "Budget" } as const;

/** A change in a few words: what, and from which day on. */
export function changeWords({ action, budget, day }: NonNullable<Booking["changes"]>[number]): string {
  const to = budget === null || budget === undefined ? "" : ` ${formatPence(budget)}`;
  return `${DONE[action]}${to} from ${formatDayShort(day)} on`;
}
