"use client";

import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

export interface Tab {
  key: string;
  label: string;
  content: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  padded?: boolean;
  /** Which is open and who is told of another, where that is not the tabs' own matter. */
  open?: { key: string; choose: (key: string) => void };
  /** Whether they fill a place of a given height, and the panel scrolls in it on wide screens. */
  fills?: boolean;
}

/** Tabs with the keyboard's arrows. The panel of the chosen one alone is built. */
export function Tabs({ label, tabs, padded = true, open, fills = false }: TabsProps) {
  const [own, setOwn] = useState(tabs[0]?.key);
  const chosen = open?.key ?? own;
  const setChosen = open?.choose ?? setOwn;
  const id = useId();
  const at = Math.max(0, tabs.findIndex((tab) => tab.key === chosen));
  const current = tabs[at];
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step ? tabs[(at + step + tabs.length) % tabs.length] : undefined;
    if (!next) return;
    event.preventDefault();
    setChosen(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  if (!current) return null;
  return (
    <div className={fills ? "flex h-full min-h-0 flex-col" : ""}>
      <div role="tablist" tabIndex={-1} aria-label={label} onKeyDown={move} className={`flex gap-4 overflow-x-auto overflow-y-hidden border-b px-4 ${fills ? "scroll-thin min-h-11 shrink-0" : ""}`}>
        {tabs.map((tab) => (
          <button
            key={tab.key} id={`${id}-${tab.key}`} type="button" role="tab" aria-selected={tab === current}
            aria-controls={`${id}-panel`} tabIndex={tab === current ? 0 : -1} onClick={() => setChosen(tab.key)}
            className={`-mb-px border-b-2 py-2 text-[0.8125rem] font-medium whitespace-nowrap ${tab === current ? "border-accent text-ink" : "border-transparent text-ink-2 hover:text-ink"}`}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current.key}`} tabIndex={0} className={`${padded ? "p-4" : ""} ${fills ? "scroll-thin min-h-0 flex-1 xl:overflow-y-auto" : ""}`}>
        {current.content}
      </div>
    </div>
  );
}
