"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { Badge } from "@/components/basics/badge";
import { useDayWords } from "@/components/world-controls/day-words";
import type { Listed } from "@/lib/events/listed";
import { formatDay, formatMoment } from "@/lib/format";
import { statusOf } from "@/lib/status";

interface PickerProps {
  campaigns: Listed[];
  selected: string | null;
  /** Whether there are campaigns that are not among them. */
  hasOlder: boolean;
  onSelect: (id: string) => void;
}

/** Rows built at first, and with each "Show more". */
const PAGE = 50;
/** Pixels from one row to the next. Rows are placed by transform, so one that comes or goes pushes nothing about. */
const ROW = 52;
/** Rows that fit into the list without scrolling it. */
const IN_SIGHT = 5;
const PADDING = 6;

/** The campaigns that can be followed: those at work first. The one followed is always in the list, and in sight. */
export function CampaignPicker({ campaigns, selected, hasOlder, onSelect }: PickerProps) {
  const [sought, setSought] = useState("");
  const [shown, setShown] = useState(PAGE);
  const found = matching(campaigns, useDeferredValue(sought));
  const at = sought ? -1 : found.findIndex((one) => one.id === selected);
  const rows = found.slice(0, Math.max(shown, at + 1));
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const isListed = rows.some((one) => one.id === selected);
  useEffect(() => {
    if (isListed && list.current) bringIntoSight(list.current);
  }, [selected, isListed]);
  const place = (row: number) => ({ transform: `translateY(${row * ROW}px)` });
  return (
    <div>
      <header className="flex items-center justify-between gap-3 border-b py-1.5 pr-1.5 pl-4">
        <h2 id="campaigns-title" className="card-title">Campaigns <span className="num font-normal text-ink-3">{found.length}{hasOlder && !sought ? "+" : ""}</span></h2>
        <span className="relative w-40">
          <label htmlFor={id} className="sr-only">Find a campaign by its category, day or status</label>
          <Search aria-hidden size={14} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
          <input
            id={id} type="search" className="field pl-7.5" placeholder="Find" value={sought} autoComplete="off"
            onChange={(event) => setSought(event.target.value)}
          />
        </span>
      </header>
      <div ref={list} className="scroll-thin scroll-fade relative max-h-68 overflow-y-auto p-1.5 xl:h-68" tabIndex={0} role="region" aria-label="Campaigns to follow">
        <ul className="relative" aria-label="Campaigns" style={{ height: rows.length * ROW }}>
          {rows.map((one, row) => (
            <li key={one.id} className="absolute inset-x-0 top-0" style={place(row)} data-row={row}>
              <Row campaign={one} isHere={one.id === selected} onSelect={onSelect} />
            </li>
          ))}
        </ul>
        {found.length > rows.length ? (
          <button type="button" className="btn btn-quiet w-full" onClick={() => setShown(rows.length + PAGE)}>
            Show more of {found.length}
          </button>
        ) : null}
        {hasOlder ? <Link href="/campaigns" className="btn btn-quiet w-full">Earlier campaigns</Link> : null}
        {found.length ? null : <p className="px-2.5 py-6 text-center text-[0.8125rem] text-ink-2">None is like “{sought}”.</p>}
      </div>
      <p className="num border-t px-4 py-1.5 text-xs text-ink-3">
        {rows.length > IN_SIGHT ? `${IN_SIGHT} of ${found.length}${hasOlder && !sought ? "+" : ""} in sight: scroll for the others, or find one` : "All of them in sight"}
      </p>
    </div>
  );
}

function Row({ campaign, isHere, onSelect }: { campaign: Listed; isHere: boolean; onSelect: (id: string) => void }) {
  const { name } = useDayWords();
  return (
    <button
      type="button" aria-current={isHere ? "true" : undefined} data-campaign={campaign.id} onClick={() => onSelect(campaign.id)}
      title={`Started ${formatMoment(campaign.startedAt)}`}
      className={`flex h-[3.25rem] w-full items-center gap-3 rounded-lg px-2.5 text-left ${isHere ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[0.8125rem] font-medium">{nameOf(campaign)}</span>
        <span className="num block text-xs text-ink-3">{campaign.worldDay ? formatDay(campaign.worldDay) : name}</span>
      </span>
      <Badge shown={statusOf(campaign.status)} />
    </button>
  );
}

const nameOf = (campaign: Listed): string => campaign.called || "Sensing…";

/** The campaigns in which every word that is sought occurs: in the category, the world's day or the status. */
export function matching(campaigns: Listed[], sought: string): Listed[] {
  const terms = sought.toLowerCase().split(/\s+/).filter(Boolean);
  if (!terms.length) return campaigns;
  return campaigns.filter((one) => {
    const said = [nameOf(one), formatDay(one.worldDay), statusOf(one.status).label].join(" ").toLowerCase();
    return terms.every((term) => said.includes(term));
  });
}

/** Moves the list alone, never the page, and by whole rows. */
function bringIntoSight(list: HTMLElement): void {
  const row = list.querySelector<HTMLElement>("[data-row]:has([aria-current])")?.dataset.row;
  if (row === undefined) return;
  const top = Number(row) * ROW + PADDING;
  const bottom = top + ROW;
  if (top >= list.scrollTop && bottom <= list.scrollTop + list.clientHeight) return;
  list.scrollTop = Math.floor((top - (list.clientHeight - ROW) / 2) / ROW) * ROW;
}
