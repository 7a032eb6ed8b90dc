"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { Term } from "@/components/basics/term";
import { Unreadable } from "@/components/campaign-table/unreadable";
import { whatWaits } from "@/components/model-cost/words";
import { useDayWords } from "@/components/world-controls/day-words";
import {
  formatAge, formatClock, formatCount, formatDayShort, formatInterval, formatPercent, formatPounds, formatPoundsShort,
  formatSigned,
} from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { useIsStale } from "@/lib/live";
import { paceWords } from "@/lib/pace";
import { useKpis } from "@/lib/queries";
import { inShort } from "@/lib/provenance";
import type { Kpis } from "@/lib/types";

interface Figure {
  label: string;
  value: string;
  note: ReactNode;
}

const planned = (pace: string): string => (pace === "on pace" ? pace : `${pace} plan`);

/** How far campaigns go without a person, in words. */
const AUTONOMY: Record<Kpis["autonomy"], [string, string]> = {
  shadow: ["Books nothing", "it decides only"], approve: ["Asks first", "you approve each"],
  capped: ["Asks above a cap", "books alone below"], autonomous: ["Books alone", "within its limits"],
};

const howItPaces = ({ pace, active, flights_untold: untold }: Kpis): string =>
  untold ? `${untold} ${untold === 1 ? "flight" : "flights"} not up to date` : pace === null ? (active ? "flights just began" : "no flight running") : planned(paceWords(pace));

function figures(kpis: Kpis | undefined, on: string): Figure[] {
  const interval = kpis?.incremental_interval;
  const waits = whatWaits(kpis);
  return [
    {
      label: "Spend", value: formatPounds(kpis?.spend), note: kpis ? howItPaces(kpis) : "",
    },
    {
      label: "Incremental sales", value: interval ? formatPoundsShort(kpis?.incremental_sales) : "–",
      note: interval ? formatInterval(interval, formatPoundsShort) : "nothing measured yet",
    },
    {
      label: "ROI", value: formatSigned(kpis?.roi), note: kpis?.roi == null ? "not measured yet" : "measured",
    },
    {
      label: "Claimed sales", value: kpis?.attributed_roas == null ? "–" : formatPoundsShort(kpis.claimed_sales), note: kpis?.attributed_roas == null ? "nothing claimed yet" : "platform’s claim",
    },
    {
      label: "CTR", value: formatPercent(kpis?.ctr, 2), note: kpis?.ctr == null ? "nothing shown yet" : "where clickable",
    },
    {
      label: "Approvals", value: formatCount(kpis && waits.count), note: <span className="whitespace-normal">{waits.told}</span>,
    },
    { label: "Alarms", value: formatCount(kpis?.alarms), note: kpis?.alarms === null ? "sales not readable" : `detected ${on}` },
    {
      label: "Autonomy", value: kpis ? AUTONOMY[kpis.autonomy][0] : "–", note: kpis ? AUTONOMY[kpis.autonomy][1] : "",
    },
    {
      label: "Budget left", value: formatPoundsShort(kpis?.budget_left), note: kpis ? `of ${formatPoundsShort(kpis.budget)}` : "",
    },
  ];
}

/** The figures across the top, with their age. On phones only Home has room for them. */
export function KpiStrip() {
  const { data, dataUpdatedAt, isError } = useKpis();
  const { on } = useDayWords();
  const isHome = usePathname() === "/";
  return (
    <section aria-label="Key figures" className={`mx-auto w-full max-w-[100rem] px-4 pt-4 lg:px-5 ${isHome ? "" : "hidden lg:block"}`}>
      <div className="card overflow-hidden">
        <dl className="-mr-px -mb-px grid grid-cols-3 min-[90rem]:grid-cols-[1fr_1.25fr_1fr_1.15fr_1.05fr_1fr_1.1fr_1.1fr_1fr]">
          {figures(data, on).map(({ label, value, note }) => (
            <div
              key={label}
              className="border-r border-b px-2.5 py-2 sm:px-3.5 md:max-[90rem]:grid md:max-[90rem]:grid-cols-[minmax(0,1fr)_auto] md:max-[90rem]:items-center md:max-[90rem]:gap-x-3 min-[90rem]:px-3 min-[90rem]:py-2.5"
            >
              <dt className="text-[0.6875rem] text-ink-3 sm:text-xs"><Term>{label}</Term></dt>
              <dd className="num mt-0.5 text-base leading-6 font-semibold tracking-[-0.015em] sm:text-lg md:max-[90rem]:col-start-2 md:max-[90rem]:row-span-2 md:max-[90rem]:row-start-1 md:max-[90rem]:mt-0">
                {value}
              </dd>
              <dd className="num text-[0.6875rem] text-ink-3 sm:text-xs md:max-[90rem]:col-start-1 min-[90rem]:whitespace-nowrap">{(data && note) || "\u00a0"}</dd>
            </div>
          ))}
        </dl>
      </div>
      {isHome && data?.unreadable.length ? <div className="mt-3"><Unreadable campaigns={data.unreadable} place="in the figures and lists here" /></div> : null}
      <DataAge kpis={data} updatedAt={dataUpdatedAt} isError={isError} />
    </section>
  );
}

function DataAge({ kpis, updatedAt, isError }: { kpis: Kpis | undefined; updatedAt: number; isError: boolean }) {
  const isStale = useIsStale() || isError;
  const now = useNow(5000, !isStale);
  if (!kpis) return <p className="label mt-1.5 h-4 text-right leading-4">{isError ? "The figures could not be read." : ""}</p>;
  const read = isStale || !now ? `as of ${formatClock(updatedAt)}` : `read ${formatAge(now - updatedAt)}`;
  const measured = kpis.measured_at ? `measured to ${formatDayShort(kpis.measured_at)}` : "nothing measured yet";
  return (
    <p className="label num mt-1.5 min-h-4 text-right leading-4">
      {inShort(kpis.provenance)} · {measured} · {read}
    </p>
  );
}
