"use client";

import { ArrowRight, Ban, Hourglass, Radar } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "@/components/basics/states";
import { useDayWords } from "@/components/world-controls/day-words";
import { causeName, formatChange, sentence } from "@/lib/format";
import { useCampaigns, useLiveWorld } from "@/lib/queries";
import type { CampaignRecord, Opportunity } from "@/lib/types";

/** What was detected today, why sales moved, and the campaign it became. */
export function TrendList({ trends, onChoose }: { trends: Opportunity[]; onChoose: (trend: Opportunity) => void }) {
  const campaigns = useCampaigns().data?.items ?? [];
  const live = useLiveWorld();
  const { on } = useDayWords();
  if (!trends.length) {
    return (
      <EmptyState icon={Radar} title={`Nothing stands out ${on}`}>
        Single days outside their expected band are normal; an alarm needs more than chance.
      </EmptyState>
    );
  }
  return (
    <ul className="scroll-thin scroll-fade max-h-72 divide-y overflow-y-auto" tabIndex={0} aria-label={`Detected ${on}`}>
      {trends.map((trend) => {
        const campaign = campaignOf(trend, campaigns, live);
        return (
          <li key={trend.id} className="relative px-4 py-2.5 hover:bg-raised">
            <button type="button" onClick={() => onChoose(trend)} className="block w-full text-left text-[0.8125rem] font-medium pointer-coarse:min-h-11 after:absolute after:inset-0">
              {trend.headline}
            </button>
            <p className="num mt-0.5 text-xs text-pretty text-ink-2">{overWhichDays(trend)}</p>
            <p className="num mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
              <span>Cause: {causeName(trend.diagnosis.cause).toLowerCase()}</span>
              <Standing trend={trend} />
              {campaign ? (
                <Link href={`/campaigns?id=${campaign.id}`} className="tap relative z-1 ml-auto inline-flex items-center gap-1 text-accent hover:underline">
                  Its campaign <ArrowRight aria-hidden size={12} />
                </Link>
              ) : null}
            </p>
            {trend.diagnosis.advertisable ? null : <p className="mt-1 text-xs text-ink-2">{adviceOf(trend.diagnosis)}</p>}
          </li>
        );
      })}
    </ul>
  );
}

/** What to do; beneath a mark that says *Wait*, what is waited for. */
export const adviceOf = ({ cause, advice }: Pick<Opportunity["diagnosis"], "cause" | "advice">): string =>
  cause === "weather" ? sentence(advice.replace(/^Wait: /, "")) : advice;

/** A forecast has moved nothing yet: its figure is what is to come. */
export function changeOf(trend: Pick<Opportunity, "sales_change" | "expected_change">): string {
  return trend.expected_change == null ? `Sales ${formatChange(trend.sales_change)}` : `Forecast ${formatChange(trend.expected_change)}`;
}

/** What was sold a day, and over which days: what is found may be of a week, where the cells beneath are of its last day alone. */
export function overWhichDays(trend: Pick<Opportunity, "sales_change" | "expected_change" | "evidence">): string {
  const sales = trend.expected_change == null ? trend.evidence.find(({ stream }) => stream === "sales") : undefined;
  return sales?.statement ?? changeOf(trend);
}

/** Weather turns by itself; an empty shelf or a price does not, and no ad mends it. */
function Standing({ trend }: { trend: Opportunity }) {
  if (trend.diagnosis.advertisable) return null;
  const isWait = trend.diagnosis.cause === "weather";
  const Icon = isWait ? Hourglass : Ban;
  return (
    <span className="chip tone-wait">
      <Icon aria-hidden size={12} /> {isWait ? "Wait" : "Not an ad’s job"}
    </span>
  );
}

type Found = Pick<Opportunity, "category" | "detected_on" | "headline" | "regions">;
const OPEN = ["SENSING", "PLANNED", "AWAITING_APPROVAL", "ACTIVE"];

/** The campaign it became; else one for its category that is open in one of its regions: while that is, it may have to wait. */
export function campaignOf(trend: Found, campaigns: CampaignRecord[], live = "live"): CampaignRecord | undefined {
  const ofCategory = campaigns.filter((campaign) => campaign.world_id === live && campaign.category === trend.category);
  const ofDay = ofCategory.filter((campaign) => campaign.detected_on === trend.detected_on);
  const isThere = ({ regions }: CampaignRecord): boolean => !regions.length || regions.some((region) => trend.regions.includes(region));
  return (
    ofDay.find((campaign) => campaign.headline === trend.headline) ??
    ofDay.find(isThere) ??
    ofCategory.find((campaign) => OPEN.includes(campaign.status) && isThere(campaign))
  );
}
