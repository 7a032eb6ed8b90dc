"use client";

import { GitFork } from "lucide-react";
import Link from "next/link";
import { formatPence } from "@/lib/format";
import { useCampaign } from "@/lib/queries";
import type { Fork } from "@/lib/types";

/** What was changed, in a media team's words. */
export const otherwise = (changes: string): string =>
  changes.replace(/plan\.budget=(\d+(?:\.\d+)?)/, (_, pounds: string) => `the plan spends ${formatPence(Number(pounds))}`);

/** Above another future: of what, with what otherwise, and that it never happened. */
export function NeverHappened({ fork }: { fork: Fork }) {
  const origin = useCampaign(fork.campaign_id).data?.campaign;
  return (
    <p data-fork className="tone-idle mb-4 flex gap-2 rounded-lg px-4 py-2.5 text-[0.8125rem] text-pretty">
      <GitFork aria-hidden size={15} className="mt-0.5 flex-none" />
      <span>
        <strong className="font-semibold text-ink">This never happened.</strong> It is another future of{" "}
        {origin ? (
          <Link className="text-accent hover:underline" href={`/campaigns?id=${fork.campaign_id}`}>{origin.called}</Link>
        ) : (
          "a campaign"
        )}
        : {otherwise(fork.changes)}. Simulated from there on, in a world and on an account of its own: no money has moved, and nobody learns from it.
      </span>
    </p>
  );
}
