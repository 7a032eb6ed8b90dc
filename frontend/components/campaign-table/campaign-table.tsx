"use client";

import { ArrowDown, ArrowUp, LayoutList } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { Badge } from "@/components/basics/badge";
import { Term } from "@/components/basics/term";
import { EmptyState } from "@/components/basics/states";
import { FaultOf } from "@/components/running/fault";
import { ControlsOf, PaceChip, useRunningFlight } from "@/components/running/running-flight";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatCount, formatDayWithin, formatFlight, formatMoment, formatInterval, formatPence, formatPercent, formatPounds, formatSigned } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { spendWords } from "@/lib/pace";
import { statusOf } from "@/lib/status";
import { useCampaignChoices, useCampaignTotals, useClock } from "@/lib/queries";
import type { CampaignChoices, CampaignRecord, CampaignTotals, FlightPace } from "@/lib/types";
import { Filters } from "./filters";
import { addressOf, notToldYet, sortedBy, type SortKey, type View, viewOf } from "./rows";

interface Column {
  key: SortKey;
  label: string;
  /** Figures stand at the right. */
  isFigure?: boolean;
  /** The width from which there is room for it. */
  from?: string;
}

const COLUMNS: Column[] = [
  { key: "name", label: "Campaign" },
  { key: "status", label: "Status", from: "hidden sm:table-cell print:table-cell" },
  { key: "detected_on", label: "Detected", isFigure: true, from: "hidden sm:table-cell print:table-cell" },
  { key: "flight", label: "Flight", isFigure: true, from: "hidden lg:table-cell print:table-cell" },
  { key: "planned", label: "Planned", isFigure: true, from: "hidden md:table-cell print:table-cell" },
  { key: "spent", label: "Spent", isFigure: true, from: "hidden sm:table-cell print:table-cell" },
  { key: "roi", label: "ROI", isFigure: true, from: "hidden xl:table-cell print:table-cell" },
];
const NO_CHOICES: CampaignChoices = { categories: [], regions: [] };
const from = Object.fromEntries(COLUMNS.map((column) => [column.key, column.from ?? ""]));

/** The campaigns as the server has chosen and sorted them; a row leads to its whole story. Where it has `refused` the choice, the filters
 * stay, to be set right. */
export function CampaignTable({ campaigns, choice, refused = null }: { campaigns: CampaignRecord[]; choice: string; refused?: ReactNode }) {
  const url = useUrlState();
  const view = viewOf(url.get);
  const show = (next: View): void => url.set(addressOf(next));
  const totals = useCampaignTotals(choice).data;
  const { howOneBegins } = useDayWords();
  const choices = useCampaignChoices().data ?? NO_CHOICES;
  return (
    <div className="card overflow-hidden">
      <Filters choices={choices} choice={choice} view={view} onChange={show} chosen={totals?.campaigns ?? campaigns.length} />
      {refused ?? (campaigns.length ? (
        <table className="w-full text-[0.8125rem]">
          <caption className="sr-only">Campaigns</caption>
          <thead className="max-sm:sr-only">
            <tr className="border-y bg-raised text-left text-xs text-ink-2">
              {COLUMNS.map((column) => <Heading key={column.key} column={column} view={view} onSort={(key) => show(sortedBy(view, key))} />)}
            </tr>
          </thead>
          <tbody className="max-sm:border-t">
            {campaigns.map((campaign) => <Row key={campaign.id} campaign={campaign} />)}
          </tbody>
          {totals ? <Totals totals={totals} /> : null}
        </table>
      ) : (
        <EmptyState icon={LayoutList} title={choice ? "No campaign fits these filters" : "No campaigns yet"}>
          {choice ? "Widen the search, or choose another status, category, region or days." : howOneBegins}
        </EmptyState>
      ))}
    </div>
  );
}

/** What all that are chosen come to, on all pages: worked out by the server. */
function Totals({ totals }: { totals: CampaignTotals }) {
  const figure = "px-3 py-2.5 text-right whitespace-nowrap last:pr-4";
  const interval = totals.incremental_interval;
  const sales = interval ? `Incremental sales ${formatPounds(totals.incremental_sales)} (${formatInterval(interval, formatPounds)}), of ${formatCount(totals.measured)} measured flights` : undefined;
  const untold = notToldYet(totals.flights_untold);
  return (
    <tfoot>
      <tr className="border-t bg-raised font-medium">
        <th scope="row" className="py-2.5 pr-3 pl-4 text-left font-medium">
          {totals.campaigns === 1 ? "1 campaign" : `${formatCount(totals.campaigns)} campaigns`}
          <span className="num mt-0.5 block text-xs font-normal text-ink-2 sm:hidden">spent {formatPounds(totals.spent)} of {formatPounds(totals.planned)}{untold ? `, ${untold}` : null}</span>
          {totals.ctr === null ? null : (
            <span className="num mt-0.5 block text-xs font-normal text-ink-3">
              CTR {formatPercent(totals.ctr, 2)} of {formatCount(totals.impressions)} impressions that can be clicked, by the platform
            </span>
          )}
        </th>
        <td className={from.status} /><td className={from.detected_on} /><td className={from.flight} />
        <td className={`${figure} ${from.planned}`}>{formatPounds(totals.planned)}</td>
        <td className={`${figure} ${from.spent}`}>
          {formatPounds(totals.spent)}
          {untold ? <span className="block text-xs font-normal text-ink-2">{untold}</span> : null}
        </td>
        <td className={`${figure} ${from.roi}`} title={sales}>{formatSigned(totals.roi)}</td>
      </tr>
    </tfoot>
  );
}

function Heading({ column, view, onSort }: { column: Column; view: View; onSort: (key: SortKey) => void }) {
  const isSorted = view.sort === column.key;
  const Arrow = view.direction === "ascending" ? ArrowUp : ArrowDown;
  const mark = <Arrow aria-hidden size={12} className={isSorted ? "" : "invisible"} />;
  return (
    <th
      scope="col" aria-sort={isSorted ? view.direction : "none"}
      className={`px-3 py-0 font-medium first:pl-4 last:pr-4 ${column.isFigure ? "text-right" : ""} ${column.from ?? ""}`}
    >
      <span className="inline-flex items-center gap-1">
        <button type="button" onClick={() => onSort(column.key)} className="inline-flex h-9 items-center gap-1 hover:text-ink">
          {column.isFigure ? mark : null}
          {column.label}
        </button>
        <Term isMark>{column.label}</Term>
        {column.isFigure ? null : mark}
      </span>
    </th>
  );
}

/** The address of a campaign keeps the table's own, so that the way back leads to the same view of it. */
function useStoryOf(id: string): string {
  const address = new URLSearchParams(useSearchParams());
  address.set("id", id);
  return `/campaigns?${address.toString()}`;
}

/** Of a running flight the platform may tell nothing: then it is not nothing that was spent. */
const spentOf = ({ spent, is_spend_told: isTold }: CampaignRecord): string => (isTold ? formatPounds(spent) : "not told");

function Row({ campaign }: { campaign: CampaignRecord }) {
  const figure = "px-3 py-2.5 text-right whitespace-nowrap last:pr-4";
  const interval = campaign.roi_interval;
  const detected = formatDayWithin(campaign.detected_on, useClock().data?.today);
  const flying = useRunningFlight(campaign.status === "ACTIVE" ? campaign.id : null);
  const flight = campaign.flight ? formatFlight(campaign.flight.start, campaign.flight.end) : "–";
  return (
    <tr className="relative border-b last:border-0 hover:bg-raised">
      <th scope="row" className="py-2.5 pr-3 pl-4 text-left font-normal">
        <Link href={useStoryOf(campaign.id)} className="font-medium after:absolute after:inset-0">
          {campaign.called}
        </Link>
        <span className="mt-0.5 block text-xs text-pretty text-ink-2">{campaign.headline}</span>
        {flying ? <Flying flight={flying} /> : null}
        {campaign.fault ? <div className="mt-1.5 text-xs text-bad"><FaultOf campaign={campaign} /></div> : null}
        <span className="num mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3 sm:hidden">
          <Badge shown={statusOf(campaign.status)} />
          <span>{detected}</span>
          {campaign.planned === null ? null : <span className="ml-auto">{campaign.spent || !campaign.is_spend_told ? `spent ${spentOf(campaign)} of ${formatPounds(campaign.planned)}` : `${formatPounds(campaign.planned)} planned`}</span>}
          {campaign.roi === null ? null : <span className="w-full text-ink-2">ROI {formatSigned(campaign.roi)}{interval ? ` (${formatInterval(interval, formatSigned)})` : ""}</span>}
        </span>
      </th>
      <td className={`px-3 py-2.5 ${from.status}`}><Badge shown={statusOf(campaign.status)} /></td>
      <td className={`${figure} text-ink-2 ${from.detected_on}`} title={`Started ${formatMoment(campaign.created_at)} on your clock`}>
        {detected}
      </td>
      <td className={`${figure} text-ink-2 ${from.flight}`}>{flight}</td>
      <td className={`${figure} ${from.planned}`} title={`Its limit is ${formatPence(campaign.budget)}`}>
        {formatPounds(campaign.planned)}
      </td>
      <td className={`${figure} ${from.spent}`}>{spentOf(campaign)}</td>
      <td className={`${figure} ${from.roi}`}>
        {formatSigned(campaign.roi)}
        {interval ? <span className="block text-xs text-ink-3">{formatInterval(interval, formatSigned)}</span> : null}
      </td>
    </tr>
  );
}

/** Of a flight that runs: what it comes to, and what can be done about it, without opening it. */
function Flying({ flight }: { flight: FlightPace }) {
  return (
    <div className="mt-1.5">
      <p className="num flex flex-wrap items-center gap-x-3 gap-y-1 text-xs font-medium">{spendWords(flight)} <PaceChip flight={flight} /></p>
      <ControlsOf flight={flight} />
    </div>
  );
}
