"use client";

import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useEffect } from "react";
import { Badge } from "@/components/basics/badge";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { FindingsList } from "@/components/findings-list";
import { ModelCostSection } from "@/components/model-cost/model-cost";
import { SpendQuestion } from "@/components/model-cost/spend-question";
import { NeverHappened } from "@/components/never-happened";
import { FaultOf } from "@/components/running/fault";
import { WorldTag } from "@/components/what-is-real";
import { formatDayWithin, formatFlight, formatMoment, formatPence } from "@/lib/format";
import { useCampaign, useClock, useLessons, usePacing } from "@/lib/queries";
import { statusOf } from "@/lib/status";
import type { CampaignDetail } from "@/lib/types";
import { AnotherFuture, BesideWhatHappened } from "./another-future";
import { OnTheAir } from "./on-the-air";
import { ChangesSection } from "./changes-section";
import { CreativesSection } from "./creatives-section";
import { DecisionsSection } from "./decisions-section";
import { HistorySection } from "./history-section";
import { LessonSection, OutcomeSection } from "./lesson-section";
import { OpportunitySection } from "./opportunity-section";
import { PerformanceSection } from "./performance-section";
import { PlanSection } from "./plan-section";
import { SectionLinks } from "./section-links";

/** A campaign's whole story: why, what, how it looks, what the rules say, what it did, what was learned. */
export function CampaignDetailView({ id }: { id: string }) {
  const detail = useCampaign(id);
  const list = new URLSearchParams(useSearchParams());
  list.delete("id");
  return (
    <>
      <Link href={list.size ? `/campaigns?${list.toString()}` : "/campaigns"} className="mb-2 inline-flex items-center gap-1 text-[0.8125rem] text-ink-2 hover:text-ink">
        <ArrowLeft aria-hidden size={14} /> All campaigns
      </Link>
      {detail.data ? (
        <Story detail={detail.data} />
      ) : detail.isError ? (
        <div className="card"><ErrorState error={detail.error} retry={() => void detail.refetch()} /></div>
      ) : (
        <div className="card"><Loading label="the campaign" rows={12} /></div>
      )}
    </>
  );
}

function Story({ detail }: { detail: CampaignDetail }) {
  const { campaign, creatives, findings, fork } = detail;
  const [opportunity, plan, report] = [detail.opportunities.at(-1), detail.plans.at(-1), detail.reports.at(-1)];
  const today = useClock().data?.today;
  const pacing = usePacing();
  const lesson = useLessons(campaign.id).data?.items.at(-1);
  const onTheAir = campaign.status === "ACTIVE" ? detail.bookings.at(-1) : undefined;
  // What it has spent stands beneath, beside what can be done about it.
  const isToldBelow = onTheAir && (pacing.isPending || pacing.data?.items.some((one) => one.campaign_id === campaign.id && one.committed !== null));
  const spend = detail.questions.find((question) => question.node === "model_spend");
  const hasDecisions = detail.approvals.length > 0 || detail.bookings.length > 0;
  const chapters = [
    { id: "lesson", label: "Lesson", has: Boolean(lesson) },
    { id: "outcome", label: "Outcome", has: Boolean(plan && report) },
    { id: "plan", label: "Plan", has: Boolean(plan) },
    { id: "performance", label: "Delivery", has: detail.bookings.length > 0 },
    { id: "creatives", label: "Creatives", has: creatives.length > 0 },
    { id: "opportunity", label: "Why", has: Boolean(opportunity) },
    { id: "decisions", label: "Decisions", has: hasDecisions },
    { id: "changes", label: "Changes", has: true },
    { id: "compliance", label: "Compliance", has: findings.length > 0 },
    { id: "another-future", label: fork ? "What happened" : "What if", has: fork !== null || plan?.verdict === "spend" },
    { id: "model-cost", label: "Cost of the model", has: detail.model_cost.calls > 0 },
    { id: "history", label: "Steps", has: true },
  ];
  // Beside the plan; where there is none, in its place.
  const why = opportunity ? <OpportunitySection opportunity={opportunity} /> : null;
  useTabTitle(`${campaign.called} · TescoSense`);
  return (
    <article aria-labelledby="campaign-title">
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-80">
          <h1 id="campaign-title" className="text-lg leading-snug font-semibold tracking-[-0.01em] text-balance">{campaign.called}</h1>
          {campaign.headline ? <p className="text-[0.8125rem] text-pretty text-ink-2">{campaign.headline}</p> : null}
          <p
            className="num mt-0.5 text-xs text-ink-3"
            title={`On your clock: started ${formatMoment(campaign.created_at)}, last changed ${formatMoment(campaign.updated_at)}`}
          >
            {[
              campaign.detected_on ? `Detected ${formatDayWithin(campaign.detected_on, today)}` : `Started ${formatMoment(campaign.created_at)}`,
              plan?.verdict === "spend" ? `flight ${formatFlight(plan.flight.start, plan.flight.end)}` : null,
              isToldBelow ? null : moneyWords(campaign, detail.bookings.length > 0),
            ].filter(Boolean).join(" · ")}
          </p>
        </div>
        <span className="flex items-center gap-2">
          <WorldTag world={campaign.world_id} seen={opportunity} />
          <Badge shown={statusOf(campaign.status)} />
          {campaign.status === "AWAITING_APPROVAL" ? <Link href={`/approvals?id=${campaign.id}`} className="btn btn-primary">Decide</Link> : null}
        </span>
      </header>
      {fork ? <NeverHappened fork={fork} /> : null}
      {campaign.fault ? <div role="alert" className="tone-bad mb-4 rounded-lg px-4 py-3 text-[0.8125rem]"><FaultOf campaign={campaign} /></div> : null}
      {spend ? <SpendQuestion campaignId={campaign.id} question={spend} /> : null}
      {onTheAir ? <OnTheAir campaignId={campaign.id} booking={onTheAir} /> : null}
      <SectionLinks sections={chapters.filter((chapter) => chapter.has)} />
      <div className={`grid items-start gap-4 ${plan || opportunity ? "xl:grid-cols-[minmax(0,1fr)_24rem]" : "max-w-3xl"}`}>
        {plan ? (
          <div className="flex min-w-0 flex-col gap-4">
            {lesson ? <LessonSection lesson={lesson} /> : null}
            {report ? <OutcomeSection plan={plan} report={report} /> : null}
            <PlanSection plan={plan} />
            {detail.bookings.length ? <PerformanceSection campaignId={campaign.id} /> : null}
            {creatives.length ? <CreativesSection creatives={creatives} plan={plan} findings={findings} /> : null}
          </div>
        ) : why}
        <div className="flex min-w-0 flex-col gap-4">
          {plan ? why : null}
          {hasDecisions ? <DecisionsSection detail={detail} /> : null}
          <ChangesSection campaignId={campaign.id} />
          {findings.length ? (
            <Section id="compliance" title="Compliance" padded={false}>
              <FindingsList findings={findings} creatives={creatives} />
            </Section>
          ) : null}
          {fork ? <BesideWhatHappened fork={fork} /> : plan?.verdict === "spend" ? <AnotherFuture campaignId={campaign.id} planned={plan.budget} /> : null}
          {detail.model_cost.calls ? <ModelCostSection cost={detail.model_cost} /> : null}
          <HistorySection campaignId={campaign.id} />
        </div>
      </div>
    </article>
  );
}

/** What is spent of what is booked; of what was never booked, only what was planned: nothing spent of it is no news. */
export function moneyWords({ planned, spent, status, is_spend_told: isTold }: CampaignDetail["campaign"], isBooked: boolean): string | null {
  if (isBooked) return `spent ${isTold ? formatPence(spent) : "not told"} of ${formatPence(planned)}`;
  if (!planned) return null;
  return status === "AWAITING_APPROVAL" || status === "PLANNED" ? `${formatPence(planned)} proposed` : `${formatPence(planned)} was planned, nothing was booked`;
}

/** The tab is named for what it shows, and for the page again afterwards. */
function useTabTitle(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}
