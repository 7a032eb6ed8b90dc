"use client";

import { useLive } from "@/lib/live";
import { useClock } from "@/lib/queries";

/** The newest day the world is known to have come to: as the clock was read, or as was heard since. */
export function useWorldDay(): string | undefined {
  const read = useClock().data?.today;
  const heard = useLive((live) => live.today);
  return heard && read && heard > read ? heard : read;
}
