/** Which campaigns the table shows, and in which order. */

import type { CampaignRecord } from "@/lib/types";

export type SortKey = "created_at" | "name" | "status" | "budget" | "spent";
export type Direction = "ascending" | "descending";

export interface View {
  text: string;
  status: string;
  sort: SortKey;
  direction: Direction;
}

export const GROUPS: Record<string, { label: string; statuses: string[] | null }> = {
  all: { label: "All", statuses: null },
  open: { label: "Open", statuses: ["SENSING", "PLANNED", "AWAITING_APPROVAL", "ACTIVE"] },
  done: { label: "Completed", statuses: ["COMPLETED"] },
  unspent: { label: "Not run", statuses: ["NO_OPPORTUNITY", "NOT_WORTH_SPENDING", "REJECTED", "REFUSED", "SHADOWED", "FAILED"] },
};

export function rowsOf(campaigns: CampaignRecord[], view: View): CampaignRecord[] {
  const wanted = GROUPS[view.status]?.statuses ?? null;
  const text = view.text.trim().toLowerCase();
  const rows = campaigns.filter(
    (campaign) =>
      (!wanted || wanted.includes(campaign.status)) &&
      (!text || `${campaign.name} ${campaign.category ?? ""} ${campaign.headline ?? ""}`.toLowerCase().includes(text)),
  );
  const sign = view.direction === "ascending" ? 1 : -1;
  return rows.sort((a, b) => sign * compare(a[view.sort], b[view.sort]) || b.created_at.localeCompare(a.created_at));
}

const compare = (a: string | number, b: string | number): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en-GB");
