"use client";

import { useEffect, useState } from "react";

/** A text once it has stood still for so long, null until then: nothing is asked at every letter. */
export function useSettled(value: string, stillMs: number): string | null {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), stillMs);
    return () => window.clearTimeout(timer);
  }, [value, stillMs]);
  return settled;
}
