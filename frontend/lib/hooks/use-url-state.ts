"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Change = Record<string, string | null>;

interface How {
  /** Whether Back leads to what was selected before. */
  isStep?: boolean;
}

/** What is selected lives in the address, so that every view has a link. */
export function useUrlState(): { get: (name: string) => string | null; set: (change: Change, how?: How) => void } {
  const parameters = useSearchParams();
  const router = useRouter();
  // No text that is kept holds a NUL: whoever wrote one into the address looks for what stands around it.
  const get = useCallback((name: string) => parameters.get(name)?.replaceAll("\0", "") ?? null, [parameters]);
  const set = useCallback(
    (change: Change, { isStep = false }: How = {}) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(change)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      const to = query ? `?${query}` : window.location.pathname;
      if (isStep) router.push(to, { scroll: false });
      else router.replace(to, { scroll: false });
    },
    [router],
  );
  return { get, set };
}
