"use client";

/** What the budgets in the fields would sell, while they are typed: planned on the server as the edit would be, and not kept. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { inSentences, postJson } from "@/lib/api";
import { sentence } from "@/lib/format";
import { useSettled } from "@/lib/hooks/use-settled";
import type { CampaignPlan, WhatIf } from "@/lib/types";

const STILL_MS = 300;

export interface Tried {
  /** The plan an approval would book: of the budgets before while `isAsking`; null where there is none. */
  plan: CampaignPlan | null;
  /** Why there would be none. */
  stopped: string | null;
  isAsking: boolean;
  failed: string | null;
  askAgain: () => void;
}

interface Budget {
  channel: string;
  budget: number;
}

/** Null while nothing is edited or what is filled in cannot be sent. */
export function useWhatIf(campaignId: string, budgets: Budget[] | null): Tried | null {
  const text = budgets?.length ? JSON.stringify({ budgets }) : "";
  const settled = useSettled(text, STILL_MS);
  const tried = useQuery({
    queryKey: ["what-if", campaignId, settled],
    queryFn: ({ signal }) => postJson<WhatIf>(`/campaigns/${campaignId}/what-if`, JSON.parse(settled ?? "{}"), signal),
    enabled: Boolean(settled) && settled === text,
    placeholderData: keepPreviousData, retry: false, staleTime: 60_000, refetchOnWindowFocus: false,
  });
  if (!text) return null;
  const isAsking = settled !== text || tried.isFetching;
  const stop = tried.data?.stopped;
  return {
    plan: tried.data?.plan ?? null,
    stopped: !isAsking && stop ? `${sentence(stop.problem)} ${sentence(stop.remedy)}`.trim() : null,
    isAsking, failed: tried.isError && !isAsking ? inSentences(tried.error) : null, askAgain: () => void tried.refetch(),
  };
}
