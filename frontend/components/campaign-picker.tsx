"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { Badge } from "@/components/basics/badge";
import type { Thread } from "@/lib/events/thread";
import { threadStatus } from "@/lib/events/threads-in-order";
import { formatDay, formatMoment, words } from "@/lib/format";
import { statusOf } from "@/lib/status";

interface PickerProps {
  threads: Thread[];
  selected: string | null;
  /** Whether there are campaigns the page has not read. */
  hasOlder: boolean;
  onSelect: (id: string) => void;
}

/** Rows built at first, and with each "Show more". */
const PAGE = 50;
/** Pixels from one row to the next. Rows are placed by transform, so one that comes or goes pushes nothing about. */
const ROW = 52;
const PADDING = 6;

/** The campaigns that can be followed: those at work first. The one followed is always in the list, and in sight. */
export function CampaignPicker({ threads, selected, hasOlder, onSelect }: PickerProps) {
  const [sought, setSought] = useState("");
  const [shown, setShown] = useState(PAGE);
  const found = matching(threads, useDeferredValue(sought));
  const at = sought ? -1 : found.findIndex((thread) => thread.id === selected);
  const rows = found.slice(0, Math.max(shown, at + 1));
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const isListed = rows.some((thread) => thread.id === selected);
  useEffect(() => {
    if (isListed && list.current) bringIntoSight(list.current);
  }, [selected, isListed]);
  const place = (row: number) => ({ transform: `translateY(${row * ROW}px)` });
  return (
    <div>
      <header className="flex items-center justify-between gap-3 border-b py-1.5 pr-1.5 pl-4">
        <h2 id="campaigns-title" className="card-title">Campaigns</h2>
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
          {rows.map((thread, row) => (
            <li key={thread.id} className="absolute inset-x-0 top-0" style={place(row)} data-row={row}>
              <Row thread={thread} isHere={thread.id === selected} onSelect={onSelect} />
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
    </div>
  );
}

function Row({ thread, isHere, onSelect }: { thread: Thread; isHere: boolean; onSelect: (id: string) => void }) {
  return (
    <button
      type="button" aria-current={isHere ? "true" : undefined} data-campaign={thread.id} onClick={() => onSelect(thread.id)}
      title={`Started ${formatMoment(thread.startedAt)}`}
      className={`flex h-[3.25rem] w-full items-center gap-3 rounded-lg px-2.5 text-left ${isHere ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
    >
      <span className="min-w-0 flex-1">
        <span className="block truncate text-[0.8125rem] font-medium">{nameOf(thread)}</span>
        <span className="num block text-xs text-ink-3">{thread.worldDay ? formatDay(thread.worldDay) : "Today"}</span>
      </span>
      <Badge shown={statusOf(threadStatus(thread))} />
    </button>
  );
}

const nameOf = (thread: Thread): string => (thread.category ? words(thread.category) : "Sensing…");

/** The campaigns in which every word that is sought occurs: in the category, the world's day or the status. */
export function matching(threads: Thread[], sought: string): Thread[] {
  const terms = sought.toLowerCase().split(/\s+/).filter(Boolean);
  if (!terms.length) return threads;
  return threads.filter((thread) => {
    const said = [nameOf(thread), formatDay(thread.worldDay), statusOf(threadStatus(thread)).label].join(" ").toLowerCase();
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
