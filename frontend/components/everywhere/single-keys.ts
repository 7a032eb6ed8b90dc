"use client";

import { useCallback, useSyncExternalStore } from "react";

const NAME = "tescosense.single-keys";
const heard = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  heard.add(listener);
  return () => heard.delete(listener);
};

/** Whether keys without Ctrl do something. Kept in the browser: whoever dictates or uses a screen reader may switch them off. */
export function useSingleKeys(): { single: boolean; setSingle: (single: boolean) => void } {
  const single = useSyncExternalStore(subscribe, () => localStorage.getItem(NAME) !== "off", () => true);
  const setSingle = useCallback((wanted: boolean) => {
    if (wanted) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, "off");
    heard.forEach((listener) => listener());
  }, []);
  return { single, setSingle };
}
