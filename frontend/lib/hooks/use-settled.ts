"use client";

import { useEffect, useState } from "react";

/** A text once it has stood still for so long, null until then: what is being typed is not asked about at every letter. */
export function useSettled(value: string, stillMs: number): string | null {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), stillMs);
    return () => window.clearTimeout(timer);
  }, [value, stillMs]);
  return settled;
}
