"use client";

import { ArrowDown, ArrowUp, Download, SlidersHorizontal } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Choice, SearchField } from "@/components/basics/choosing";
import { CHANNELS } from "@/generated/channels";
import { download, inSentences } from "@/lib/api";
import { channelName, formatCount } from "@/lib/format";
import type { CampaignChoices } from "@/lib/types";
import { GROUPS, narrowedBy, SORTS, sortedBy, type SortKey, type View } from "./rows";

interface FiltersProps {
  /** Of category and region, whatever is chosen now. */
  choices: CampaignChoices;
  /** What the server is asked for. */
  choice: string;
  view: View;
  onChange: (view: View) => void;
  /** How many campaigns are chosen, on all pages. */
  chosen: number;
}

/** What narrows the table down; on a phone also its order, which has no headings there. */
export function Filters({ choices, choice, view, onChange, chosen }: FiltersProps) {
  const inUse = narrowedBy(view);
  const [isOpen, setIsOpen] = useState(inUse > 0);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3">
      <SearchField label="Search campaigns" text={view.text} onChange={(text) => onChange({ ...view, text })} />
      <div role="group" aria-label="Status" className="scroll-thin -mx-1 flex max-w-full gap-1 overflow-x-auto px-1">
        {Object.entries(GROUPS).map(([key, group]) => (
          <button
            key={key} type="button" aria-pressed={view.status === key} onClick={() => onChange({ ...view, status: key })}
            className={`btn shrink-0 max-sm:px-2 ${view.status === key ? "border-accent bg-accent-soft text-accent" : "btn-quiet"}`}
          >
            {group.label}
          </button>
        ))}
      </div>
      <div className="flex w-full gap-2 sm:w-auto">
        <Choice label="Category" all="All categories" value={view.category} choices={choices.categories} onChange={(category) => onChange({ ...view, category })} />
        <Choice label="Region" all="All regions" value={view.region} choices={choices.regions} onChange={(region) => onChange({ ...view, region })} />
      </div>
      <div className="flex w-full items-center gap-2 sm:hidden">
        <select aria-label="Sort by" className="field" value={view.sort} onChange={(event) => onChange(sortedBy(view, event.target.value as SortKey))}>
          {Object.entries(SORTS).map(([key, label]) => <option key={key} value={key}>{`Sort by ${key === "roi" ? label : label.toLowerCase()}`}</option>)}
        </select>
        <button type="button" className="btn" aria-label={`Order: ${view.direction}. Turn it round`} onClick={() => onChange(sortedBy(view, view.sort))}>
          {view.direction === "ascending" ? <ArrowUp aria-hidden size={15} /> : <ArrowDown aria-hidden size={15} />}
        </button>
      </div>
      <button type="button" className="btn btn-quiet max-sm:px-2" aria-expanded={isOpen} aria-controls="more-filters" onClick={() => setIsOpen(!isOpen)}>
        <SlidersHorizontal aria-hidden size={15} />{inUse ? `More filters (${inUse})` : "More filters"}
      </button>
      <p className="num ml-auto text-xs text-ink-3" aria-live="polite">{chosen === 1 ? "1 campaign" : `${formatCount(chosen)} campaigns`}</p>
      <Export choice={choice} />
      {isOpen ? (
        <div id="more-filters" className="grid w-full gap-2 sm:grid-cols-2 lg:grid-cols-4">
          <label className="text-xs text-ink-2">Channel
            <select className="field mt-1" value={view.channel} onChange={(event) => onChange({ ...view, channel: event.target.value })}>
              <option value="">All channels</option>
              {Object.keys(CHANNELS).map((channel) => <option key={channel} value={channel}>{channelName(channel)}</option>)}
            </select>
          </label>
          <Settled label="Decided by" kind="text" value={view.by} onSettled={(by) => onChange({ ...view, by })} />
          <Settled label="Runs on or after" kind="date" value={view.first} onSettled={(first) => onChange({ ...view, first })} />
          <Settled label="Runs on or before" kind="date" value={view.last} onSettled={(last) => onChange({ ...view, last })} />
        </div>
      ) : null}
    </div>
  );
}

interface SettledProps {
  label: string;
  kind: "text" | "date";
  value: string;
  onSettled: (value: string) => void;
}

/** A field that counts once it is left, or Enter is pressed: half a name and half a date choose nothing. */
function Settled({ label, kind, value, onSettled }: SettledProps) {
  const field = useRef<HTMLInputElement>(null);
  // The field stays the same one: another in its place would take the keyboard away.
  useEffect(() => {
    if (field.current) field.current.value = value;
  }, [value]);
  const settle = (typed: string): void => {
    if (typed !== value) onSettled(typed);
  };
  return (
    <label className="text-xs text-ink-2">{label}
      <input
        ref={field} type={kind} className="field mt-1" defaultValue={value}
        onBlur={(event) => settle(event.target.value.trim())}
        onKeyDown={(event) => event.key === "Enter" && settle(event.currentTarget.value.trim())}
      />
    </label>
  );
}

/** What is chosen as a file for a spreadsheet. */
function Export({ choice }: { choice: string }) {
  const [problem, setProblem] = useState("");
  const save = (): void => {
    setProblem("");
    download(`/campaigns/file${choice ? `?${choice}` : ""}`, "campaigns.csv").catch((error: unknown) => setProblem(error instanceof Error ? inSentences(error) : String(error)));
  };
  return (
    <>
      <button type="button" className="btn btn-quiet max-sm:px-2 print:hidden" onClick={save}><Download aria-hidden size={15} />CSV</button>
      {problem ? <p role="alert" className="w-full text-xs text-bad">{problem}</p> : null}
    </>
  );
}
