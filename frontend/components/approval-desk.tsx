"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { ApprovalForm, type ApprovalQuestion } from "@/components/approval-form/approval-form";
import { dropDraft } from "@/components/approval-form/kept-draft";
import type { BudgetLimits } from "@/components/approval-form/limits";
import { findingsAtTheGate, type SecondApproval } from "@/components/approval-form/verdict";
import { Badge } from "@/components/basics/badge";
import { ErrorState, Loading } from "@/components/basics/states";
import { DecideBy, hasBegun, useToday } from "@/components/decide-by";
import { WorldTag } from "@/components/what-is-real";
import { formatDay, formatFlight, formatMoment, formatPounds, formatRange, formatSigned, words } from "@/lib/format";
import { useCampaign, useLiveWorld } from "@/lib/queries";
import { isLapse, STATUS, statusOf } from "@/lib/status";
import type { CampaignDetail, CampaignPlan, Creative, Finding, JsonObject } from "@/lib/types";

function questionOf(detail: CampaignDetail | undefined): ApprovalQuestion | null {
  const question = detail?.questions.find((open) => open.node === "approval");
  if (!question) return null;
  const payload = question.payload as unknown as {
    plan: CampaignPlan; creatives: Creative[]; findings: Finding[]; limits?: BudgetLimits | null;
    second_approval?: SecondApproval[];
  };
  return {
    campaignId: question.thread_id, interruptId: question.interrupt_id, schema: question.response_schema as JsonObject,
    plan: payload.plan, creatives: payload.creatives, limits: payload.limits ?? null,
    secondApproval: payload.second_approval ?? [],
    findings: findingsAtTheGate(payload.findings, detail?.findings ?? [], payload.creatives),
  };
}

/** One campaign's question. It stays on the table when someone else decides it, so that no one's work vanishes. */
export function Desk({ id }: { id: string }) {
  const detail = useCampaign(id);
  const today = useToday();
  const live = useLiveWorld();
  const open = questionOf(detail.data);
  const [seen, setSeen] = useState<ApprovalQuestion | null>(null);
  const [decided, setDecided] = useState<string | null>(null);
  if (open && open.interruptId !== seen?.interruptId) {
    setSeen(open);
    setDecided(null);
  }
  const over = detail.data && !open ? seen?.interruptId : null;
  useEffect(() => {
    if (over) dropDraft(over);
  }, [over]);
  if (detail.isError && !detail.data) return <ErrorState error={detail.error} retry={() => void detail.refetch()} />;
  if (!detail.data) return <Loading label="the campaign" rows={9} />;
  const isLive = detail.data.campaign.world_id === live;
  const tooLate = open && seen && today && isLive && hasBegun(seen.plan, today) ? `its flight began ${formatDay(seen.plan.flight.start)}` : null;
  const isOver = decided !== null || !open;
  return (
    <article aria-labelledby="question-title">
      <Header detail={detail.data} plan={open?.plan ?? detail.data.plans.at(-1) ?? seen?.plan} />
      {isOver ? <Outcome detail={detail.data} byMe={decided} /> : null}
      {seen && decided === null ? (
        <fieldset disabled={!open} className="min-w-0 disabled:opacity-60">
          <ApprovalForm key={seen.interruptId} question={seen} tooLate={tooLate} onDecided={setDecided} />
        </fieldset>
      ) : null}
    </article>
  );
}

function Outcome({ detail, byMe }: { detail: CampaignDetail; byMe: string | null }) {
  const last = detail.approvals.at(-1);
  const isExpired = !byMe && last !== undefined && isLapse(last);
  const who = last ? `${words(last.decision)} by ${last.decided_by}, ${formatMoment(last.decided_at)}` : "It no longer waits for a decision";
  return (
    <div role="status" className={`tone-${byMe ? "ok" : "wait"} flex flex-wrap items-center gap-x-2 gap-y-1 border-t px-4 py-3 text-[0.8125rem]`}>
      <strong className="font-semibold">{byMe ?? (isExpired ? "Lapsed" : "Already decided")}.</strong>
      {byMe === "Rejected" ? <span>The campaign has ended, and nothing was booked.</span> : null}
      {byMe && byMe !== "Rejected" ? <span>The campaign goes on.</span> : null}
      {isExpired ? <span>{last?.reason} Nothing was booked; if the signal lasts, sensing will propose it again.</span> : null}
      {!byMe && !isExpired ? <span>{who}. Nothing of yours was sent.</span> : null}
      <Link href={`/steps?campaign=${detail.campaign.id}`} className="font-medium underline">Watch its steps</Link>
      <Link href={`/campaigns?id=${detail.campaign.id}`} className="font-medium underline">Open the campaign</Link>
    </div>
  );
}

function Header({ detail, plan }: { detail: CampaignDetail; plan: CampaignPlan | undefined }) {
  const { campaign } = detail;
  const live = useLiveWorld();
  return (
    <header className="px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 id="question-title" className="min-w-0 flex-1 basis-72 text-[0.9375rem] font-semibold text-pretty">{campaign.headline ?? campaign.name}</h2>
        <span className="flex items-center gap-2">
          <WorldTag world={campaign.world_id} />
          <Badge shown={statusOf(campaign.status)} />
        </span>
      </div>
      {plan ? (
        <>
          <p className="mt-1 max-w-prose text-[0.8125rem] text-ink-2">{plan.reason}</p>
          <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
            <Fact label="Flight" value={formatFlight(plan.flight.start, plan.flight.end)} />
            <Fact label="Predicted ROI" value={formatSigned(plan.predicted_roi)} note={formatRange(plan.roi_interval.low, plan.roi_interval.high, formatSigned)} />
            <Fact label="Audience" value={words(plan.audience.segment)} />
            <Fact label="Held out" value={`${plan.holdout.control_stores.length} of ${plan.holdout.control_stores.length + plan.holdout.treated_stores.length} stores`} />
          </dl>
          {campaign.status === STATUS_WAITING && campaign.world_id === live ? <DecideBy plan={plan} /> : null}
        </>
      ) : null}
      <p className="sr-only">Budget of the plan {formatPounds(plan?.budget)}</p>
    </header>
  );
}

const STATUS_WAITING: keyof typeof STATUS = "AWAITING_APPROVAL";

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <dt className="label">{label}</dt>
      <dd className="num text-[0.8125rem] font-medium">{value}</dd>
      {note ? <dd className="num text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}
