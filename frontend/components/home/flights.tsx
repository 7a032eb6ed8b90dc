"use client";

import Link from "next/link";
import { Quiet } from "@/components/basics/quiet";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDayShort, formatFlight, formatPounds } from "@/lib/format";
import { useCampaigns, useLiveWorld } from "@/lib/queries";
import { statusOf } from "@/lib/status";
import { daysBetween, plusDays } from "@/lib/world-days";
import { type Bar, DAYS, firstDay, layFlights } from "./calendar";

/** Flights of which a calendar shows at most so many, the ones that begin last. */
const SHOWN = 12;

/** When ads ran, run and are to run, four weeks around today. */
export function Flights({ today }: { today: string | null }) {
  const { data, isError, error, refetch } = useCampaigns();
  const live = useLiveWorld();
  const all = data && today ? layFlights(data.items, live, today) : null;
  return (
    <Section
      id="flights" title="Flights" padded={false}
      aside={<Link href="/campaigns" className="tap text-xs font-medium text-accent hover:underline">All campaigns</Link>}
    >
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !all || !today ? (
        <Loading label="the flights" rows={3} />
      ) : all.length ? (
        <Calendar bars={all.slice(-SHOWN)} today={today} left={Math.max(all.length - SHOWN, 0)} />
      ) : (
        <Quiet>No ads ran last week and none are planned. Flights stand here from the day a plan is ready.</Quiet>
      )}
    </Section>
  );
}

const COLUMNS = "sm:grid sm:grid-cols-[13rem_minmax(0,1fr)] sm:gap-3";

function Calendar({ bars, today, left }: { bars: Bar[]; today: string; left: number }) {
  const from = firstDay(today);
  const mondays = Array.from({ length: DAYS / 7 }, (_, week) => plusDays(from, week * 7));
  const { name } = useDayWords();
  const at = ((daysBetween(from, today) + 0.5) / DAYS) * 100;
  return (
    <div className="drawn px-4 pt-2 pb-3">
      <div aria-hidden className={`${COLUMNS} num text-[0.6875rem] text-ink-3`}>
        <span />
        <span className="relative block h-5">
          {mondays.map((day, week) => (
            <span key={day} className="absolute whitespace-nowrap" style={{ left: `${(week / mondays.length) * 100}%` }}>{formatDayShort(day)}</span>
          ))}
        </span>
      </div>
      <ul aria-label={`Flights from ${formatDayShort(from)} to ${formatDayShort(plusDays(from, DAYS - 1))}`} className="flex flex-col">
        {bars.map((bar) => <FlightRow key={bar.campaign.id} bar={bar} today={at} weeks={mondays.length} />)}
      </ul>
      <p className="num mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[0.6875rem] text-ink-3">
        {KEY.map(([label, look]) => (
          <span key={label} className="inline-flex items-center gap-1.5"><span aria-hidden className={`h-2.5 w-4 rounded-[3px] ${look}`} /> {label}</span>
        ))}
        <span className="inline-flex items-center gap-1.5"><span aria-hidden className="h-3 border-l-2 border-bad" /> {name}</span>
        {left ? <span>{left} more among all campaigns</span> : null}
      </p>
    </div>
  );
}

const LOOKS: Record<string, string> = {
  ACTIVE: "bg-accent text-accent-ink", COMPLETED: "bg-ok-soft text-ok ring-1 ring-inset ring-ok/40", CANCELED: "bg-idle-soft text-ink-2 ring-1 ring-inset ring-line-strong",
};
const PROPOSED = "border border-dashed border-wait bg-wait-soft text-wait";
const KEY: [string, string][] = [["In flight", "bg-accent"], ["Proposed", PROPOSED], ["Finished", LOOKS.COMPLETED ?? ""]];

function FlightRow({ bar: { campaign, start, end, left, width, isCut }, today, weeks }: { bar: Bar; today: number; weeks: number }) {
  const name = campaign.called;
  const flight = formatFlight(start, end);
  const { label } = statusOf(campaign.status);
  // Of the last days of a flight there is less room than for its figure, on a phone.
  const isShort = isCut.left && width < 14;
  const ends = `${isCut.left ? "" : "rounded-l-[5px]"} ${isCut.right ? "" : "rounded-r-[5px]"}`;
  return (
    <li className={`${COLUMNS} relative items-center py-1 hover:bg-raised`}>
      <Link
        href={`/campaigns?id=${campaign.id}`} title={campaign.headline ?? undefined} aria-label={`${name}: ${label}, ${flight}, ${formatPounds(campaign.planned)}`}
        className="block text-xs leading-tight font-medium text-pretty after:absolute after:inset-0 after:z-1"
      >
        {name}
      </Link>
      <span aria-hidden className="relative block h-6">
        {Array.from({ length: weeks }, (_, week) => (
          <span key={week} className="absolute -inset-y-1 border-l" style={{ left: `${(week / weeks) * 100}%` }} />
        ))}
        <span className="absolute -inset-y-1 border-l-2 border-bad" style={{ left: `${today}%` }} />
        <span
          className={`num absolute inset-y-0.5 flex items-center px-1.5 text-[0.6875rem] font-medium whitespace-nowrap ${isShort ? "max-sm:px-0 sm:overflow-hidden" : "overflow-hidden"} ${ends} ${LOOKS[campaign.status] ?? PROPOSED}`}
          style={{ left: `${left}%`, width: `${width}%` }} title={`${label}, ${flight}`}
        >
          {formatPounds(campaign.planned)}
        </span>
      </span>
    </li>
  );
}
