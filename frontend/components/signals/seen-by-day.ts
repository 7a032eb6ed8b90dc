import type { Seen } from "@/lib/types";

export interface SeenOnDay {
  day: string;
  seen: Seen[];
}

/** The days of what was seen, in the server's order: it says which stands first. */
export function seenByDay(seen: Seen[]): SeenOnDay[] {
  const days: SeenOnDay[] = [];
  for (const one of seen) {
    const known = days.find(({ day }) => day === one.seen_on);
    if (known) known.seen.push(one);
    else days.push({ day: one.seen_on, seen: [one] });
  }
  return days;
}
