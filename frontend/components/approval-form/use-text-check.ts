"use client";

/** What the rules say of an ad's words while they are typed. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { postJson } from "@/lib/api";
import { useSettled } from "@/lib/hooks/use-settled";
import type { Creative, Verdict } from "@/lib/types";
import { COPY_FIELDS, type CopyDraft } from "./draft";

const STILL_MS = 400;

export interface TextCheck {
  /** The newest verdict: of the words before while `isAsking`; null while there is none. */
  verdict: Verdict | null;
  isAsking: boolean;
  isFailed: boolean;
  askAgain: () => void;
}

/** Asked once the words stand still; an answer to words that are no longer there is called off and never shown. */
export function useTextCheck(campaignId: string, creative: Creative, copy: CopyDraft): TextCheck {
  const text = asked(campaignId, creative, copy);
  const settled = useSettled(text, STILL_MS);
  const check = useQuery({
    queryKey: ["compliance", "check", settled],
    queryFn: ({ signal }) => postJson<Verdict>("/compliance/check", JSON.parse(settled ?? "{}"), signal),
    enabled: settled !== null && COPY_FIELDS.some((name) => copy[name].trim() !== ""),
    placeholderData: keepPreviousData, retry: false, staleTime: 60_000, refetchOnWindowFocus: false,
  });
  const isAsking = settled !== text || check.isFetching;
  return {
    verdict: check.data ?? null, isAsking, isFailed: check.isError && !isAsking,
    askAgain: () => void check.refetch(),
  };
}

/** The request as the text it is told apart by. */
function asked(campaignId: string, creative: Creative, copy: CopyDraft): string {
  const words = Object.fromEntries(COPY_FIELDS.map((name) => [name, copy[name].trim()]));
  const { channel, image_description } = creative;
  return JSON.stringify({ campaign_id: campaignId, channel, image_description, ...words });
}
