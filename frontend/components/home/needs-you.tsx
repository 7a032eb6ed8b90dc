"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { Quiet } from "@/components/basics/quiet";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { formatDayShort, formatFlight, formatPounds, formatInterval, formatSigned } from "@/lib/format";
import { AsksForMoney } from "@/components/model-cost/asks-for-money";
import { whatWaits } from "@/components/model-cost/words";
import { useWaiting } from "@/lib/queries";
import type { WaitingDecision } from "@/lib/types";
import { lastDay } from "@/lib/world-days";

/** How many are shown; the others are a press away. */
const SHOWN = 6;

/** What is proposed, soonest deadline first: what it would spend, what it is expected to earn, until when it can be decided. */
export function NeedsYou() {
  const { data, isError, error, refetch } = useWaiting();
  const open = data?.items.filter((one) => one.is_open) ?? [];
  const asking = data?.asked_for_money ?? [];
  const proposed = open.reduce((sum, one) => sum + (one.budget ?? 0), 0);
  const told = [
    ...(open.length ? [`${open.length}${data?.next ? "+" : ""} open`, `${formatPounds(proposed)} proposed`] : []),
    ...(asking.length ? [whatWaits({ open_approvals: 0, asked_for_money: asking.length }).told] : []),
  ];
  return (
    <Section
      id="needs-you" title="Needs a decision" padded={false}
      aside={told.length ? <span className="num text-xs text-ink-3">{told.join(", ")}</span> : null}
    >
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="what waits for you" rows={3} />
      ) : data.items.length || asking.length ? (
        <>
          <AsksForMoney asking={asking} />
          {data.items.length ? (
            <ul className="divide-y" aria-label="Proposals, the soonest deadline first">
              {data.items.slice(0, SHOWN).map((one) => <Proposal key={one.campaign.id} waiting={one} />)}
            </ul>
          ) : null}
          {data.items.length > SHOWN ? <More count={data.items.length - SHOWN} /> : null}
        </>
      ) : (
        <Quiet>{data.unreadable.length ? "Nothing else waits for you." : "Nothing waits for you."} A campaign comes here when its plan and its ads are ready.</Quiet>
      )}
    </Section>
  );
}

function Proposal({ waiting: { campaign, flight, decide_before, is_open, budget, predicted_roi, roi_interval } }: { waiting: WaitingDecision }) {
  const until = !is_open ? "Too late" : decide_before ? `by ${formatDayShort(lastDay(decide_before))}` : "No deadline";
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-raised sm:grid-cols-[minmax(0,1fr)_5.5rem_6.5rem_5.5rem]">
      <div className="min-w-0">
        <Link
          href={`/approvals?id=${campaign.id}`}
          className="text-[0.8125rem] font-medium after:absolute after:inset-0"
        >
          {campaign.called} <ArrowRight aria-hidden size={12} className="inline text-ink-3 max-sm:hidden" />
        </Link>
        <p className="line-clamp-2 text-xs text-ink-2">{campaign.headline}</p>
      </div>
      <Figure value={formatPounds(budget)} note={flight ? formatFlight(flight.start, flight.end) : "no flight"} label="Would spend" />
      <Figure
        value={`ROI ${formatSigned(predicted_roi)}`} label="Predicted"
        note={roi_interval ? formatInterval(roi_interval, formatSigned) : "\u00a0"} isAside
      />
      <p className="text-right">
        <span className={`chip num ${is_open ? "tone-wait" : "tone-bad"}`}>{until}</span>
      </p>
    </li>
  );
}

interface FigureProps {
  value: string;
  note: string;
  label: string;
  /** On phones it stands beneath the headline. */
  isAside?: boolean;
}

function Figure({ value, note, label, isAside = false }: FigureProps) {
  return (
    <p className={`num sm:text-right ${isAside ? "max-sm:flex max-sm:items-baseline max-sm:gap-2" : "text-right"}`}>
      <span className="sr-only">{label} </span>
      <span className="block text-[0.8125rem] font-semibold">{value}</span>
      <span className="block text-[0.6875rem] whitespace-nowrap text-ink-3">{note}</span>
    </p>
  );
}

const More = ({ count }: { count: number }) => (
  <Link href="/approvals" className="tap block border-t px-4 py-2 text-xs font-medium text-accent hover:underline">
    {count} more to decide
  </Link>
);
