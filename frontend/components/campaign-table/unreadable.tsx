import { FileWarning } from "lucide-react";
import type { CampaignPage } from "@/lib/types";
import { formatCount, sentence } from "@/lib/format";

/** Campaigns of which something on record cannot be read: no row of theirs is shown, and nobody takes them for gone. */
export function Unreadable({ campaigns, place = "in the table" }: { campaigns: CampaignPage["unreadable"]; place?: string }) {
  // A page ends before what could not be read at its end: the next one names that again.
  const named = [...new Map(campaigns.map((one) => [one.campaign_id, one])).values()];
  if (!named.length) return null;
  const isOne = named.length === 1;
  return (
    <div role="alert" className="card mb-3 flex gap-3 p-4 text-[0.8125rem]">
      <FileWarning aria-hidden size={18} className="mt-0.5 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="font-medium">{isOne ? "One campaign" : `${formatCount(named.length)} campaigns`} cannot be read and {isOne ? "is" : "are"} not {place}.</p>
        <ul className="mt-1 text-ink-2">
          {named.map(({ campaign_id, why }) => <li key={campaign_id} className="break-words">{sentence(why)}</li>)}
        </ul>
      </div>
    </div>
  );
}
