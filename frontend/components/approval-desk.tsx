"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { Term } from "@/components/basics/term";
import { ApprovalForm, type ApprovalQuestion } from "@/components/approval-form/approval-form";
import { type Decided, hasBudgets } from "@/components/approval-form/draft";
import { expectedSales } from "@/components/approval-form/forecast";
import { dropDraft } from "@/components/approval-form/kept-draft";
import type { BudgetLimits } from "@/components/approval-form/limits";
import { findingsAtTheGate, type SecondApproval } from "@/components/approval-form/verdict";
import { Evidence } from "@/components/gate/evidence";
import { forgetSent, ofYours, sendDecision, unansweredOf } from "@/components/gate/unanswered";
import { notBooked } from "@/components/gate/what-came";
import { Badge } from "@/components/basics/badge";
import { ErrorState, Loading } from "@/components/basics/states";
import { DecideBy, hasBegun, useToday } from "@/components/decide-by";
import { WorldTag } from "@/components/what-is-real";
import { isUnanswered } from "@/lib/api";
import { formatDay, formatFlight, formatInterval, formatPence, formatPercent, formatPounds, formatSigned, words } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useCampaign, useLiveWorld } from "@/lib/queries";
import { isLapse, STATUS, statusOf } from "@/lib/status";
import type { CampaignDetail, CampaignPlan, Creative, Finding, JsonObject, SentBack } from "@/lib/types";

function questionOf(detail: CampaignDetail | undefined): ApprovalQuestion | null {
  const question = detail?.questions.find((open) => open.node === "approval");
  if (!question) return null;
  const payload = question.payload as unknown as {
    plan: CampaignPlan; creatives: Creative[]; findings: Finding[]; limits?: BudgetLimits | null;
    second_approval?: SecondApproval[]; sent_back?: SentBack[]; sends_left?: number;
  };
  return {
    campaignId: question.thread_id, interruptId: question.interrupt_id, schema: question.response_schema as JsonObject,
    plan: payload.plan, creatives: payload.creatives, limits: payload.limits ?? null,
    secondApproval: payload.second_approval ?? [], sentBack: payload.sent_back ?? [], sendsLeft: payload.sends_left ?? 0,
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
  const [decided, setDecided] = useState<Decided | null>(null);
  const [lateOn, setLateOn] = useState<string | null>(null);
  if (open && open.interruptId !== seen?.interruptId) {
    setSeen(open);
    setDecided(null);
  }
  const over = detail.data && !open ? seen?.interruptId : null;
  useEffect(() => {
    if (over) dropDraft(over);
  }, [over]);
  const asksOf = useLostAnswer(id, open?.interruptId ?? null, detail.data !== undefined && !open, setDecided);
  if (detail.isError && !detail.data) return <ErrorState error={detail.error} retry={() => void detail.refetch()} />;
  if (!detail.data) return <Loading label="the campaign" rows={9} />;
  const isLive = detail.data.campaign.world_id === live;
  const tooLate = open && seen && today && isLive && hasBegun(seen.plan, today) ? `its flight began ${formatDay(seen.plan.flight.start)}` : null;
  const isOver = decided !== null || !open;
  const opportunity = detail.data.opportunities.at(-1);
  const why = opportunity ? <Evidence opportunity={opportunity} /> : null;
  const plan = isOver ? planAfter(detail.data, decided) : open.plan;
  return (
    <article aria-labelledby="question-title">
      <Header detail={detail.data} plan={plan} />
      {isOver ? <Outcome detail={detail.data} plan={plan} planned={seen?.plan ?? null} mine={decided} ofYours={ofYours(asksOf, seen !== null && lateOn === seen.interruptId, seen !== null)} /> : null}
      {seen && decided === null ? (
        <fieldset disabled={!open} className="min-w-0 disabled:opacity-60">
          <ApprovalForm key={seen.interruptId} question={seen} tooLate={tooLate} why={why} onDecided={setDecided} onLate={() => setLateOn(seen.interruptId)} />
        </fieldset>
      ) : null}
    </article>
  );
}

/** A decision of this tab's whose answer never came: once its question is over it is asked what became of it, which decides nothing any
 * more. Says how that stands; null where nothing of the kind was sent. */
function useLostAnswer(id: string, openId: string | null, isOver: boolean, onDecided: (decided: Decided) => void): string | null {
  const [said, setSaid] = useState<string | null>(null);
  const isStale = useIsStale();
  useEffect(() => {
    const sent = unansweredOf<Decided>(id);
    // What asks now is what came of it.
    if (sent && openId && openId !== sent.interruptId) forgetSent(id);
    if (!sent || !isOver || isStale) return;
    sendDecision(id, sent).then(
      () => onDecided(sent.told),
      (error: unknown) => setSaid(isUnanswered(error) ? "Whether yours had arrived is not known yet." : "Yours came after that and was not taken."),
    );
  }, [id, openId, isOver, isStale, onDecided]);
  return said ?? (isOver && unansweredOf(id) ? "Asking whether that was yours." : null);
}

/** The plan that stands after a decision; null while budgets that were changed are being planned. */
function planAfter(detail: CampaignDetail, mine: Decided | null): CampaignPlan | null {
  const newest = detail.plans.at(-1) ?? null;
  const last = detail.approvals.at(-1);
  const changed = mine?.budgets ?? (last?.decision === "edit_plan" ? (last.budgets ?? []) : []);
  return newest && hasBudgets(newest, changed) ? newest : (mine?.plan ?? null);
}

interface OutcomeProps {
  detail: CampaignDetail;
  /** As it stands now. */
  plan: CampaignPlan | null;
  /** As it was when it was decided on. */
  planned: CampaignPlan | null;
  mine: Decided | null;
  /** What became of what was filled in here, where somebody else decided, or nobody in time. */
  ofYours: string;
}

/** What was decided, and what has come of it: the money told is what is booked. */
function Outcome({ detail, plan, planned, mine, ofYours }: OutcomeProps) {
  const last = detail.approvals.at(-1);
  const isExpired = !mine && last !== undefined && isLapse(last);
  const who = last ? <>{DECIDED[last.decision]} by <bdi>{last.decided_by}</bdi></> : "It no longer waits for a decision";
  const booked = plan ? detail.bookings.find((booking) => booking.cycle === plan.cycle) : undefined;
  const total = mine?.total ?? null;
  const isOther = total !== null && planned !== null && Math.round(total * 100) !== Math.round(planned.budget * 100);
  return (
    <div role="status" data-testid="outcome" className={`tone-${mine ? "ok" : "wait"} flex flex-wrap items-center gap-x-2 gap-y-1 border-t px-4 py-3 text-[0.8125rem]`}>
      <strong className="font-semibold">{mine?.word ?? (isExpired ? "Lapsed" : "Already decided")}.</strong>
      {mine?.decision === "reject" ? <span>The campaign has ended, and nothing was booked.</span> : null}
      {mine?.decision === "send_back" ? <span>{backWords(detail)}</span> : null}
      {total !== null ? (
        <span className="num">
          {formatPence(total)}{isOther ? ` instead of ${formatPence(planned?.budget)}` : ""}{plan ? `, ${promise(plan)}` : ""}.
        </span>
      ) : null}
      {isExpired ? <span>{last?.reason} Nothing was booked; if it still shows a week after it was first proposed, sensing proposes it again. {ofYours}</span> : null}
      {!mine && !isExpired ? <span className="min-w-0">{who}. {ofYours}</span> : null}
      {booked ? (
        <span className="num font-medium">Booked {formatPence(booked.committed)} for {formatFlight(booked.flight.start, booked.flight.end)}.</span>
      ) : total !== null ? <span>{notBooked(detail.campaign, mine?.isHeldBack ?? false)}</span> : null}
      <Link href={`/steps?campaign=${detail.campaign.id}`} className="font-medium underline">Watch its steps</Link>
      <Link href={`/campaigns?id=${detail.campaign.id}`} className="font-medium underline">Open the campaign</Link>
    </div>
  );
}

/** A plan sent back comes to the gate again, unless the planner finds that it no longer pays. */
const backWords = ({ campaign }: CampaignDetail): string =>
  campaign.status === "NOT_WORTH_SPENDING" || campaign.status === "WAITING" ? "With those changes it would not pay, so nothing is proposed." : "It is being planned again and comes back here.";

const promise = (plan: CampaignPlan): string =>
  `expected to sell ${formatPounds(expectedSales(plan))} more at an ROI of ${formatSigned(plan.predicted_roi)}`;

function Header({ detail, plan }: { detail: CampaignDetail; plan: CampaignPlan | null }) {
  const { campaign } = detail;
  const live = useLiveWorld();
  return (
    <header className="px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 id="question-title" className="min-w-0 flex-1 basis-72 text-[0.9375rem] font-semibold text-pretty">{campaign.called}</h2>
        <span className="flex items-center gap-2">
          <WorldTag world={campaign.world_id} />
          <Badge shown={statusOf(campaign.status)} />
        </span>
      </div>
      {campaign.headline ? <p className="text-[0.8125rem] text-pretty text-ink-2">{campaign.headline}</p> : null}
      {plan ? (
        <>
          <InShort plan={plan} />
          <details className="mt-1 text-[0.8125rem]">
            <summary className="tap cursor-pointer text-xs font-medium text-accent">How this budget was chosen</summary>
            <p className="mt-1 max-w-prose text-ink-2">{plan.reason}</p>
          </details>
          <dl className="mt-2.5 grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4">
            <Fact label="Flight" value={formatFlight(plan.flight.start, plan.flight.end)} />
            <Fact label="Predicted ROI" value={formatSigned(plan.predicted_roi)} note={formatInterval(plan.roi_interval, formatSigned)} />
            <Fact label="Audience" value={words(plan.audience.segment)} />
            <Fact label="Held out" value={`${plan.holdout.control_stores.length} of ${plan.holdout.control_stores.length + plan.holdout.treated_stores.length} stores`} />
          </dl>
          {campaign.status === STATUS_WAITING && campaign.world_id === live ? <DecideBy plan={plan} /> : null}
        </>
      ) : (
        <p className="mt-1 text-[0.8125rem] text-ink-2">It is being planned again.</p>
      )}
    </header>
  );
}

/** What it should sell, what it costs and how likely it loses money, in one line. */
function InShort({ plan }: { plan: CampaignPlan }) {
  const { loss } = plan;
  return (
    <p className="num mt-1.5 flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-[0.9375rem] wrap-anywhere" data-testid="in-short">
      <span>{plan.probe ? "A probe: costs" : "Costs"} <strong className="font-semibold">{formatPence(plan.budget)}</strong></span>
      <span>should sell <strong className="font-semibold">{formatPounds(expectedSales(plan))}</strong> more {plan.category}</span>
      {loss ? (
        <span className={loss.probability > loss.limit ? "text-wait" : undefined}>
          <strong className="font-semibold">{formatPercent(loss.probability)}</strong> chance that it loses money
        </span>
      ) : null}
    </p>
  );
}

const DECIDED = { approve: "Approved", edit_plan: "Budgets edited", edit_copy: "Words edited", send_back: "Sent back", reject: "Rejected" };
const STATUS_WAITING: keyof typeof STATUS = "AWAITING_APPROVAL";

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <dt className="label"><Term>{label}</Term></dt>
      <dd className="num text-[0.8125rem] font-medium">{value}</dd>
      {note ? <dd className="num text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}
