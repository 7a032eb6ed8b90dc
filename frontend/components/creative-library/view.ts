/** Which ads are shown. All of it lives in the address; the server does the choosing. */

import { GROUPS } from "@/components/campaign-table/rows";

export interface AdView {
  text: string;
  /** A group of campaign statuses, as the table of campaigns has them. */
  status: string;
  category: string;
  region: string;
  channel: string;
}

/** The view an address asks for; what it cannot mean is as usual. */
export function viewOf(get: (name: string) => string | null): AdView {
  return {
    text: get("q") ?? "",
    status: Object.hasOwn(GROUPS, get("status") ?? "") ? get("status") ?? "all" : "all",
    category: get("category") ?? "",
    region: get("region") ?? "",
    channel: get("channel") ?? "",
  };
}

/** The address of a view: only what is not as usual. */
export function addressOf({ text, status, category, region, channel }: AdView): Record<string, string | null> {
  return { q: text || null, status: status === "all" ? null : status, category: category || null, region: region || null, channel: channel || null };
}

/** What the server is asked for. */
export function askedOf(view: AdView): URLSearchParams {
  const asked = new URLSearchParams();
  for (const status of GROUPS[view.status]?.statuses ?? []) asked.append("status", status);
  const named = { text: view.text.trim(), category: view.category, region: view.region, channel: view.channel };
  for (const [name, value] of Object.entries(named)) if (value) asked.set(name, value);
  return asked;
}
