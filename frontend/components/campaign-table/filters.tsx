"use client";

import { ArrowDown, ArrowUp, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { words } from "@/lib/format";
import type { CampaignRecord } from "@/lib/types";
import { choicesOf, GROUPS, SORTS, sortedBy, type SortKey, type View } from "./rows";

interface FiltersProps {
  campaigns: CampaignRecord[];
  view: View;
  onChange: (view: View) => void;
  shown: number;
}

/** What narrows the table down; on a phone also its order, which has no headings there. */
export function Filters({ campaigns, view, onChange, shown }: FiltersProps) {
  const all = campaigns.length;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3">
      <SearchField text={view.text} onChange={(text) => onChange({ ...view, text })} />
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
        <Choice label="Category" all="All categories" value={view.category} choices={choicesOf(campaigns, (one) => [one.category])} onChange={(category) => onChange({ ...view, category })} />
        <Choice label="Region" all="All regions" value={view.region} choices={choicesOf(campaigns, (one) => one.regions)} onChange={(region) => onChange({ ...view, region })} />
      </div>
      <div className="flex w-full items-center gap-2 sm:hidden">
        <select aria-label="Sort by" className="field" value={view.sort} onChange={(event) => onChange(sortedBy(view, event.target.value as SortKey))}>
          {Object.entries(SORTS).map(([key, label]) => <option key={key} value={key}>{`Sort by ${key === "roi" || key === "iroas" ? label : label.toLowerCase()}`}</option>)}
        </select>
        <button type="button" className="btn" aria-label={`Order: ${view.direction}. Turn it round`} onClick={() => onChange(sortedBy(view, view.sort))}>
          {view.direction === "ascending" ? <ArrowUp aria-hidden size={15} /> : <ArrowDown aria-hidden size={15} />}
        </button>
      </div>
      <p className="num ml-auto text-xs text-ink-3" aria-live="polite">
        {shown === all ? `${all} campaigns` : `${shown} of ${all} campaigns`}
      </p>
    </div>
  );
}

const PAUSE = 250;

/** The address follows when the typing pauses; a word typed is not a page visited. */
function SearchField({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const told = useRef(text);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    if (text === told.current) return;
    told.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed === told.current) return;
    const timer = window.setTimeout(() => {
      told.current = typed;
      change.current(typed);
    }, PAUSE);
    return () => window.clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative w-full sm:w-44">
      <Search aria-hidden size={15} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
      <input
        type="search" aria-label="Search campaigns" placeholder="Search" className="field pl-8" value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  choices: string[];
  onChange: (value: string) => void;
}

function Choice({ label, all, value, choices, onChange }: ChoiceProps) {
  const known = value && !choices.includes(value) ? [value, ...choices] : choices;
  return (
    <select aria-label={label} className="field min-w-0 flex-1 sm:w-34" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{all}</option>
      {known.map((choice) => <option key={choice} value={choice}>{words(choice)}</option>)}
    </select>
  );
}
