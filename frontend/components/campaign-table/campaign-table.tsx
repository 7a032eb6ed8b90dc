"use client";

import { ArrowDown, ArrowUp, LayoutList, Search } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/components/basics/badge";
import { EmptyState } from "@/components/basics/states";
import { formatMoment, formatPounds, words } from "@/lib/format";
import { statusOf } from "@/lib/status";
import type { CampaignRecord } from "@/lib/types";
import { GROUPS, rowsOf, type SortKey, type View } from "./rows";

const COLUMNS: { key: SortKey; label: string; align?: string; from?: string }[] = [
  { key: "name", label: "Campaign" },
  { key: "status", label: "Status", from: "hidden sm:table-cell" },
  { key: "budget", label: "Budget", align: "text-right", from: "hidden md:table-cell" },
  { key: "spent", label: "Spent", align: "text-right", from: "hidden sm:table-cell" },
  { key: "created_at", label: "Started", align: "text-right", from: "hidden sm:table-cell" },
];

/** Every campaign; a row leads to its whole story. */
export function CampaignTable({ campaigns }: { campaigns: CampaignRecord[] }) {
  const [view, setView] = useState<View>({ text: "", status: "all", sort: "created_at", direction: "descending" });
  const rows = rowsOf(campaigns, view);
  const sortBy = (key: SortKey): void => {
    const flips = view.sort === key;
    setView({ ...view, sort: key, direction: flips && view.direction === "descending" ? "ascending" : flips ? "descending" : key === "name" ? "ascending" : "descending" });
  };
  return (
    <div className="card overflow-hidden">
      <Filters view={view} onChange={setView} shown={rows.length} all={campaigns.length} />
      {rows.length ? (
        <table className="w-full text-[0.8125rem]">
          <caption className="sr-only">Campaigns</caption>
          <thead>
            <tr className="border-y bg-raised text-left text-xs text-ink-2">
              {COLUMNS.map((column) => (
                <th
                  key={column.key} scope="col" aria-sort={view.sort === column.key ? view.direction : "none"}
                  className={`px-4 py-0 font-medium ${column.align ?? ""} ${column.from ?? ""}`}
                >
                  <button type="button" onClick={() => sortBy(column.key)} className="inline-flex h-9 items-center gap-1 hover:text-ink">
                    {column.align ? <SortMark isSorted={view.sort === column.key} direction={view.direction} /> : null}
                    {column.label}
                    {column.align ? null : <SortMark isSorted={view.sort === column.key} direction={view.direction} />}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((campaign) => <Row key={campaign.id} campaign={campaign} />)}
          </tbody>
        </table>
      ) : (
        <EmptyState icon={LayoutList} title={campaigns.length ? "No campaign fits these filters" : "No campaigns yet"}>
          {campaigns.length ? "Widen the search or choose another status." : "Trigger a scenario above; what sensing finds becomes a campaign."}
        </EmptyState>
      )}
    </div>
  );
}

function SortMark({ isSorted, direction }: { isSorted: boolean; direction: View["direction"] }) {
  const Arrow = direction === "ascending" ? ArrowUp : ArrowDown;
  return <Arrow aria-hidden size={12} className={isSorted ? "" : "invisible"} />;
}

function Filters({ view, onChange, shown, all }: { view: View; onChange: (view: View) => void; shown: number; all: number }) {
  return (
    <div className="flex flex-wrap items-center gap-3 p-3">
      <div className="relative w-full sm:w-64">
        <Search aria-hidden size={15} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
        <input
          type="search" aria-label="Search campaigns" placeholder="Search" className="field pl-8" value={view.text}
          onChange={(event) => onChange({ ...view, text: event.target.value })}
        />
      </div>
      <div role="group" aria-label="Status" className="flex gap-1">
        {Object.entries(GROUPS).map(([key, group]) => (
          <button
            key={key} type="button" aria-pressed={view.status === key} onClick={() => onChange({ ...view, status: key })}
            className={`btn ${view.status === key ? "border-accent bg-accent-soft text-accent" : "btn-quiet"}`}
          >
            {group.label}
          </button>
        ))}
      </div>
      <p className="num ml-auto text-xs text-ink-3" aria-live="polite">
        {shown === all ? `${all} campaigns` : `${shown} of ${all} campaigns`}
      </p>
    </div>
  );
}

function Row({ campaign }: { campaign: CampaignRecord }) {
  return (
    <tr className="relative border-b last:border-0 hover:bg-raised">
      <th scope="row" className="px-4 py-2.5 text-left font-normal">
        <Link href={`/campaigns?id=${campaign.id}`} className="font-medium after:absolute after:inset-0">
          {campaign.category ? words(campaign.category) : campaign.name}
        </Link>
        <span className="mt-0.5 block text-xs text-ink-2">{campaign.headline}</span>
        <span className="num mt-1.5 flex flex-wrap items-center justify-between gap-2 text-xs text-ink-3 sm:hidden">
          <Badge shown={statusOf(campaign.status)} />
          {formatMoment(campaign.created_at)} · spent {formatPounds(campaign.spent)}
        </span>
      </th>
      <td className="hidden px-4 py-2.5 sm:table-cell"><Badge shown={statusOf(campaign.status)} /></td>
      <td className="hidden px-4 py-2.5 text-right md:table-cell">{formatPounds(campaign.budget)}</td>
      <td className="hidden px-4 py-2.5 text-right sm:table-cell">{formatPounds(campaign.spent)}</td>
      <td className="hidden px-4 py-2.5 text-right whitespace-nowrap text-ink-2 sm:table-cell">{formatMoment(campaign.created_at)}</td>
    </tr>
  );
}
