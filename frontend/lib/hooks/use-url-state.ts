"use client";

import { useRouter, useSearchParams } from "next/navigation";
import { useCallback } from "react";

type Change = Record<string, string | null>;

/** What is selected lives in the address, so that every view has a link. */
export function useUrlState(): { get: (name: string) => string | null; set: (change: Change) => void } {
  const parameters = useSearchParams();
  const router = useRouter();
  const get = useCallback((name: string) => parameters.get(name), [parameters]);
  const set = useCallback(
    (change: Change) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(change)) {
        if (value === null) next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      router.replace(query ? `?${query}` : window.location.pathname, { scroll: false });
    },
    [router],
  );
  return { get, set };
}
