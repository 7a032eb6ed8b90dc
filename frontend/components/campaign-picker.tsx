"use client";

import { Badge } from "@/components/basics/badge";
import type { Thread } from "@/lib/events/thread";
import { threadStatus } from "@/lib/events/threads-in-order";
import { formatMoment, words } from "@/lib/format";
import { statusOf } from "@/lib/status";

interface PickerProps {
  threads: Thread[];
  selected: string | null;
  onSelect: (id: string) => void;
}

const SHOWN = 60;

/** The campaigns that can be followed: those at work first. */
export function CampaignPicker({ threads, selected, onSelect }: PickerProps) {
  return (
    <ul className="scroll-thin max-h-64 overflow-y-auto p-1.5" aria-label="Campaigns" tabIndex={0}>
      {threads.slice(0, SHOWN).map((thread) => (
        <li key={thread.id}>
          <button
            type="button" aria-current={thread.id === selected ? "true" : undefined} data-campaign={thread.id}
            onClick={() => onSelect(thread.id)}
            className={`flex w-full items-center gap-3 rounded-lg px-2.5 py-2 text-left ${thread.id === selected ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
          >
            <span className="min-w-0 flex-1">
              <span className="block truncate text-[0.8125rem] font-medium">{thread.category ? words(thread.category) : "Sensing…"}</span>
              <span className="num block text-xs text-ink-3">{formatMoment(thread.startedAt)}</span>
            </span>
            <Badge shown={statusOf(threadStatus(thread))} />
          </button>
        </li>
      ))}
    </ul>
  );
}
