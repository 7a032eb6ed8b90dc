/** How the day that is served is spoken of: one that is made up, one of a recorded year, or the newest that files have brought. */

import { formatDayAndYear } from "@/lib/format";
import { useClock } from "@/lib/queries";
import type { ClockState } from "@/lib/types";

export interface DayWords {
  /** As a mark's name. */
  name: string;
  /** Of what is seen on it. */
  on: string;
  /** Of what holds on it and after it. */
  from: string;
  /** Before the day itself. */
  isNow: string;
  /** What happens when it is over and nobody has decided. */
  goesOn: string;
  isPaused: string;
  /** Above the page of the day. */
  homeDay: (day: string) => string;
  /** How a campaign comes about where there is none. */
  howOneBegins: string;
}

export const DAY_WORDS: Record<ClockState["calendar"], DayWords> = {
  simulated: {
    name: "Today", on: "today", from: "from today on", isNow: "today is", goesOn: "the world goes on", isPaused: "the world’s clock is paused",
    homeDay: (day) => day,
    howOneBegins: "Trigger a scenario above; what sensing finds becomes a campaign.",
  },
  recorded: {
    name: "Recorded day", on: "on this day", from: "from this day on", isNow: "the recorded day is", goesOn: "the recorded days go on", isPaused: "the clock is paused",
    homeDay: (day) => `${day}, of recorded sales`,
    howOneBegins: "What sensing finds as the recorded days pass becomes a campaign.",
  },
  real: {
    name: "Newest sales", on: "on the newest day", from: "from the newest day on", isNow: "the sales are here to", goesOn: "the next day is taken up",
    isPaused: "no new day is taken up: that is paused",
    homeDay: (day) => `sales to ${day}`,
    howOneBegins: "What sensing finds on each new day of sales becomes a campaign.",
  },
};

export const useDayWords = (): DayWords => DAY_WORDS[useClock().data?.calendar ?? "simulated"];

/** Days: a flight of a week that begins the day after sales so old is over. */
const OLD = 7;
const DAY_MS = 86_400_000;

/** What is to be known before ads are really bought for days that follow old sales; empty where they are not, or not old. `now` is
 * a moment of the reader's clock. */
export function agedWords({ calendar, today, provenance }: Pick<ClockState, "calendar" | "today" | "provenance">, now: number): string {
  if (calendar === "simulated" || provenance.ad_platform !== "real" || now - Date.parse(today) < OLD * DAY_MS) return "";
  const newest = calendar === "real" ? `The newest sales are of ${formatDayAndYear(today)}` : `The recorded day is ${formatDayAndYear(today)}`;
  return `${newest}. Flights are planned for the days after it, which are over: an ad seller will refuse them, or show the ads to nobody.`;
}
