"use client";

import { useRef, useState } from "react";
import { mediaBuyChanged } from "@/lib/events/media-buy";
import { formatDay, formatClock, formatDuration, formatPounds, words } from "@/lib/format";
import type { Event, EventData } from "@/lib/types";

const ROW = 30;
const HEIGHT = 320;
const SPARE = 8;

type TaskData = Extract<EventData, { kind: "task" }>;

function sentence({ params: { data } }: Event): string {
  switch (data.kind) {
    case "lifecycle":
      return `Run ${data.phase}${data.reason ? ` (${data.reason})` : ""}`;
    case "task":
      return stepSentence(data);
    case "update":
      return `${words(data.node)} changed ${Object.keys(data.update).join(", ")}`;
    case "checkpoint":
      return `Checkpoint ${data.step}, next ${data.next.join(", ") || "the end"}`;
    case "input_requested":
      return `${words(data.node)} asks a question`;
    case "input_resolved":
      return `${words(data.node)} was answered`;
    case "opportunity.detected":
      return data.headline;
    case "campaign.planned":
      return data.reason;
    case "creatives.ready":
      return `${data.creative_ids.length} creatives ready`;
    case "campaign.booked":
      return `Booked ${formatPounds(data.committed)}, ${data.transaction_id}`;
    case "media_buy.changed":
      return mediaBuyChanged(data);
    case "performance.reported":
      return `Measured, with ${formatPounds(data.spend)} spent`;
    case "beliefs.updated":
      return data.statement;
    case "model.called":
      return `${data.model} answered ${data.prompt}${data.channel ? ` for ${words(data.channel)}` : ""}`;
    case "clock.day":
      return `The day is now ${formatDay(data.today)}`;
    default:
      // A newer server may tell of things this page does not know yet.
      return words((data as { kind: string }).kind);
  }
}

function stepSentence(data: TaskData): string {
  const node = words(data.node);
  if (data.phase === "start") return data.attempt > 1 ? `${node} started attempt ${data.attempt}` : `${node} started`;
  if (data.cached) return `${node} was taken from the cache`;
  const ended = data.parked ? "stopped to ask" : data.error ? "failed" : "finished";
  const took = typeof data.duration_ms === "number" ? ` in ${formatDuration(data.duration_ms)}` : "";
  return `${node} ${ended}${took}${data.retrying ? ", and is tried again" : ""}`;
}

/** Every event of a campaign, newest first. Only the rows in sight are built, so length does not matter. */
export function EventFeed({ events }: { events: Event[] }) {
  const [top, setTop] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(events.length, Math.ceil((top + HEIGHT) / ROW) + SPARE);
  const rows = Array.from({ length: last - first }, (_, offset) => {
    const index = first + offset;
    return { index, event: events[events.length - 1 - index] };
  });
  return (
    <div
      ref={box} role="log" aria-label="Events, newest first" aria-live="off" tabIndex={0} data-event-feed
      className="scroll-thin overflow-y-auto" style={{ height: HEIGHT }} onScroll={() => setTop(box.current?.scrollTop ?? 0)}
    >
      <ol className="relative" style={{ height: events.length * ROW }}>
        {rows.map(({ index, event }) =>
          event ? (
            <li
              key={event.event_id} data-seq={event.seq} className="absolute inset-x-0 grid grid-cols-[3rem_4.25rem_minmax(0,1fr)] items-center gap-2 px-4 text-xs"
              style={{ top: index * ROW, height: ROW }}
            >
              <span className="num text-ink-3">{event.seq}</span>
              <span className="num text-ink-3">{formatClock(event.params.timestamp)}</span>
              <span className="truncate">{sentence(event)}</span>
            </li>
          ) : null,
        )}
      </ol>
    </div>
  );
}
