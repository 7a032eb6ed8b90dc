"use client";

import { useCallback, useSyncExternalStore } from "react";
import type { ShownNotice } from "@/lib/types";

const NAME = "tescosense.notices";
const heard = new Set<() => void>();

/** What this browser has read: `since` is when it first looked, in ISO time; of what was told before, nothing but what still asks for
 * something is unread. */
export interface Read {
  since: string;
  ids: readonly string[];
}

export const isUnread = (notice: ShownNotice, read: Read): boolean =>
  !read.ids.includes(notice.id) && (notice.is_open || Date.parse(notice.at) >= Date.parse(read.since));

/** With these read too. What the server no longer lists need not be remembered. */
export function withRead(read: Read, ids: readonly string[], listed: readonly ShownNotice[]): Read {
  const known = new Set(listed.map((notice) => notice.id));
  return { since: read.since, ids: [...new Set([...read.ids, ...ids])].filter((id) => known.has(id)) };
}

/** What was kept, as text; what cannot be read is nothing kept. */
export function parsed(text: string | null): Read | null {
  try {
    const found = JSON.parse(text ?? "null") as Partial<Read> | null;
    return found && typeof found.since === "string" && !Number.isNaN(Date.parse(found.since)) && Array.isArray(found.ids)
      ? { since: found.since, ids: found.ids.filter((id) => typeof id === "string") }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function subscribe(listener: () => void): () => void {
  heard.add(listener);
  window.addEventListener("storage", listener); // Another tab has read something.
  return () => {
    heard.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function kept(): string {
  const text = localStorage.getItem(NAME);
  if (parsed(text)) return text ?? "";
  const first = JSON.stringify({ since: new Date().toISOString(), ids: [] } satisfies Read);
  localStorage.setItem(NAME, first);
  return first;
}

/** What is read and what is not, kept in the browser and the same in all its tabs. */
export function useRead(listed: readonly ShownNotice[]): { unread: ShownNotice[]; markRead: (ids: readonly string[]) => void } {
  const text = useSyncExternalStore(subscribe, kept, () => "");
  const read = parsed(text);
  const markRead = useCallback(
    (ids: readonly string[]) => {
      const now = parsed(kept());
      if (now) localStorage.setItem(NAME, JSON.stringify(withRead(now, ids, listed)));
      heard.forEach((listener) => listener());
    },
    [listed],
  );
  return { unread: read ? listed.filter((notice) => isUnread(notice, read)) : [], markRead };
}
