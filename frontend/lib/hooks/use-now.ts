"use client";

import { useEffect, useState } from "react";

/** The time, read again every so often while `running`; frozen otherwise. 0 until the page is awake. */
export function useNow(everyMs: number, running = true): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (!running) return;
    const read = (): void => setNow(Date.now());
    const first = window.setTimeout(read, 0);
    const timer = window.setInterval(read, everyMs);
    return () => {
      window.clearTimeout(first);
      window.clearInterval(timer);
    };
  }, [everyMs, running]);
  return now;
}
