"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowRight, RotateCw } from "lucide-react";
import Link from "next/link";
import { inSentences, postJson } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { useIsStale } from "@/lib/live";
import type { CampaignRecord } from "@/lib/types";

/** Where a campaign failed, what happened and what to do, in a sentence; its step is a press away, as is another try. */
export function FaultOf({ campaign: { id, fault, called } }: { campaign: Pick<CampaignRecord, "id" | "fault" | "called"> }) {
  const mayTry = useMay("operator");
  const isStale = useIsStale();
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => postJson(`/campaigns/${id}/resume`),
    onSettled: () => Promise.all(["campaign", "campaigns", "kpis"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  if (!fault) return null;
  return (
    <div className="text-pretty">
      <p><strong className="font-semibold">Failed in {fault.step}:</strong> {fault.happened} {fault.remedy}</p>
      <p className="relative z-2 mt-1.5 flex w-fit flex-wrap items-center gap-x-4 gap-y-1 print:hidden">
        <Link href={`/steps?campaign=${id}`} className="tap inline-flex items-center gap-1 font-medium text-accent hover:underline" aria-label={`See the step ${called} failed in`}>
          See the step <ArrowRight aria-hidden size={12} />
        </Link>
        {mayTry ? (
          <button type="button" className="btn" disabled={isStale || again.isPending} onClick={() => again.mutate()}>
            <RotateCw aria-hidden size={14} /> Try again<span className="sr-only"> with {called}</span>
          </button>
        ) : null}
      </p>
      {again.error ? <p role="alert" className="mt-1">{inSentences(again.error)}</p> : null}
    </div>
  );
}
