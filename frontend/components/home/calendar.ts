/** Where flights lie in the weeks around today. */

import { daysBetween, plusDays, weekdayOf } from "@/lib/world-days";
import type { CampaignRecord } from "@/lib/types";

/** Weeks begin on Monday: the one before today's, today's own, and two to come. */
export const DAYS = 28;
const BEFORE_WEEKS = 1;

/** Statuses of which a flight has run, runs, or may. */
const FLIGHTS = ["PLANNED", "AWAITING_APPROVAL", "ACTIVE", "COMPLETED", "CANCELED"];

export interface Bar {
  campaign: CampaignRecord;
  start: string;
  end: string;
  /** In percent of the weeks shown; cut off at their ends. */
  left: number;
  width: number;
  /** Whether it began before what is shown, or ends after it. */
  isCut: { left: boolean; right: boolean };
}

export const firstDay = (today: string): string => plusDays(today, -weekdayOf(today) - 7 * BEFORE_WEEKS);

/** The flights of one world in these weeks, by when they begin. */
export function layFlights(campaigns: CampaignRecord[], world: string, today: string): Bar[] {
  const from = firstDay(today);
  return campaigns
    .filter(({ world_id, status }) => world_id === world && FLIGHTS.includes(status))
    .flatMap((campaign) => {
      if (!campaign.flight) return [];
      const { start, end } = campaign.flight;
      const [first, last] = [daysBetween(from, start), daysBetween(from, end)];
      if (last < 0 || first >= DAYS) return [];
      const [begins, ends] = [Math.max(first, 0), Math.min(last, DAYS - 1)];
      return [{
        campaign, start, end, left: (begins / DAYS) * 100, width: ((ends - begins + 1) / DAYS) * 100,
        isCut: { left: first < 0, right: last >= DAYS },
      }];
    })
    .sort((a, b) => a.start.localeCompare(b.start) || a.end.localeCompare(b.end) || a.campaign.id.localeCompare(b.campaign.id));
}
