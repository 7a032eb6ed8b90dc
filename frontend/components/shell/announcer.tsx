"use client";

import { useEffect, useState } from "react";
import { mediaBuyChanged } from "@/lib/events/media-buy";
import { formatPounds } from "@/lib/format";
import { onNews } from "@/lib/live";
import type { Event } from "@/lib/types";

/** What a person who cannot see the page should hear of; proposals and faults are the bell's to say. Steps are too many to be read out. */
function spoken({ params: { data } }: Event): string | null {
  switch (data.kind) {
    case "opportunity.detected":
      return `Opportunity: ${data.headline}`;
    case "campaign.booked":
      return `Booked for ${formatPounds(data.committed)}.`;
    case "media_buy.changed":
      return mediaBuyChanged(data);
    case "beliefs.updated":
      return `Lesson: ${data.statement}`;
    default:
      return null;
  }
}

/** A polite live region. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(
    () =>
      onNews((events) => {
        const said = events.map(spoken).filter((sentence) => sentence !== null);
        if (said.length) setText(said.slice(-3).join(" "));
      }),
    [],
  );
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
