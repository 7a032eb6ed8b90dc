/** Which campaigns the table shows, and in which order. All of it lives in the address. */

import { CHANNELS } from "@/generated/channels";
import { formatCount } from "@/lib/format";

export const SORTS = {
  created_at: "Newest", detected_on: "Detected", name: "Name", status: "Status", planned: "Planned", spent: "Spent", roi: "ROI", flight: "Flight",
} as const;
export type SortKey = keyof typeof SORTS;
export type Direction = "ascending" | "descending";

export interface View {
  text: string;
  status: string;
  category: string;
  region: string;
  channel: string;
  /** Who decided at the gate. */
  by: string;
  /** Flights that run on these days or between them, as YYYY-MM-DD. */
  first: string;
  last: string;
  sort: SortKey;
  direction: Direction;
}

export const GROUPS: Record<string, { label: string; statuses: string[] | null }> = {
  all: { label: "All", statuses: null },
  open: { label: "Open", statuses: ["SENSING", "PLANNED", "AWAITING_APPROVAL", "ACTIVE"] },
  done: { label: "Completed", statuses: ["COMPLETED", "CANCELED"] },
  unspent: { label: "Not run", statuses: ["NO_OPPORTUNITY", "NOT_WORTH_SPENDING", "WAITING", "REJECTED", "LAPSED", "REFUSED", "SHADOWED"] },
  failed: { label: "Failed", statuses: ["FAILED"] },
};

type Change = Record<string, string | null>;
const usual = (value: string, normal: string): string | null => (value === normal ? null : value);

/** A day of the calendar: the 45th of a 13th month is none. */
const dayOf = (text: string | null): string =>
  text && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text) ? text : "";

/** Which campaigns the server is asked for: everything of a view but its order. */
export function choiceOf(view: View): URLSearchParams {
  const asked = new URLSearchParams();
  for (const status of GROUPS[view.status]?.statuses ?? []) asked.append("status", status);
  const named = { text: view.text.trim(), category: view.category, region: view.region, channel: view.channel, decided_by: view.by, first: view.first, last: view.last };
  for (const [name, value] of Object.entries(named)) if (value) asked.set(name, value);
  return asked;
}

/** The same in the order of the view, which holds over all pages. */
export function listOf(view: View): URLSearchParams {
  const asked = choiceOf(view);
  if (view.sort !== "created_at" || view.direction !== "descending") {
    asked.set("sort", view.sort);
    asked.set("direction", view.direction);
  }
  return asked;
}

/** How many of the filters behind the button are in use. */
export const narrowedBy = ({ channel, by, first, last }: View): number => [channel, by, first, last].filter(Boolean).length;

/** The view an address asks for; what it does not name is as usual, what it cannot mean is too. */
export function viewOf(get: (name: string) => string | null): View {
  const [, minus, key] = /^(-?)(\w+)$/.exec(get("sort") ?? "") ?? [];
  const isKnown = key !== undefined && Object.hasOwn(SORTS, key);
  return {
    text: get("q") ?? "",
    status: Object.hasOwn(GROUPS, get("status") ?? "") ? get("status") ?? "all" : "all",
    category: get("category") ?? "",
    region: get("region") ?? "",
    channel: Object.hasOwn(CHANNELS, get("channel") ?? "") ? get("channel") ?? "" : "",
    by: get("by") ?? "",
    first: dayOf(get("first")),
    last: dayOf(get("last")),
    sort: isKnown ? (key as SortKey) : "created_at",
    direction: isKnown && !minus ? "ascending" : "descending",
  };
}

/** The address of a view: only what is not as usual. */
export function addressOf(view: View): Change {
  return {
    q: usual(view.text, ""),
    status: usual(view.status, "all"),
    category: usual(view.category, ""),
    region: usual(view.region, ""),
    channel: usual(view.channel, ""),
    by: usual(view.by, ""),
    first: usual(view.first, ""),
    last: usual(view.last, ""),
    sort: usual(`${view.direction === "descending" ? "-" : ""}${view.sort}`, "-created_at"),
  };
}

/** A second press turns the order round; figures begin with the largest, names with A. */
export function sortedBy(view: View, sort: SortKey): View {
  const first: Direction = sort === "name" || sort === "status" ? "ascending" : "descending";
  const turned: Direction = view.direction === "ascending" ? "descending" : "ascending";
  return { ...view, sort, direction: view.sort === sort ? turned : first };
}

/** What a sum of spend does not have, or not up to date; nothing where all of it is told. */
export const notToldYet = (flights: number): string | undefined =>
  flights ? `${flights === 1 ? "1 flight" : `${formatCount(flights)} flights`} not told yet` : undefined;
