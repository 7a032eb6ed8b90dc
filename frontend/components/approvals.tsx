"use client";

import { CircleCheckBig } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { ApprovalForm, type ApprovalQuestion } from "@/components/approval-form/approval-form";
import type { BudgetLimits } from "@/components/approval-form/limits";
import { findingsAtTheGate } from "@/components/approval-form/verdict";
import { Badge, ProvenanceTag } from "@/components/basics/badge";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { formatDay, formatFlight, formatMoment, formatPounds, formatRange, formatSigned, words } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useLive } from "@/lib/live";
import { useCampaign, useCampaigns, useClock } from "@/lib/queries";
import { STATUS, statusOf } from "@/lib/status";
import type { CampaignDetail, CampaignPlan, CampaignRecord, Creative, Finding, JsonObject } from "@/lib/types";

/** What waits for a person, and the form to decide with. */
export function Approvals() {
  const campaigns = useCampaigns();
  const url = useUrlState();
  const waiting = (campaigns.data?.items ?? []).filter((campaign) => campaign.status === "AWAITING_APPROVAL");
  const id = url.get("id") ?? waiting[0]?.id ?? null;

  if (campaigns.isError && !campaigns.data) {
    return <div className="card"><ErrorState error={campaigns.error} retry={() => void campaigns.refetch()} /></div>;
  }
  if (campaigns.isPending) return <div className="card"><Loading label="approvals" rows={8} /></div>;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[19rem_minmax(0,1fr)]">
      <section className="card" aria-labelledby="waiting-title">
        <h1 id="waiting-title" className="card-title border-b px-4 py-2.5">
          Waiting for you <span className="num font-normal text-ink-3">{waiting.length}</span>
        </h1>
        {waiting.length ? (
          <ul className="scroll-thin max-h-52 overflow-y-auto p-1.5 xl:max-h-none" tabIndex={0} aria-label="Waiting for you">
            {waiting.map((campaign) => (
              <WaitingRow key={campaign.id} campaign={campaign} isHere={campaign.id === id} onSelect={() => url.set({ id: campaign.id })} />
            ))}
          </ul>
        ) : (
          <p className="px-4 py-6 text-center text-[0.8125rem] text-ink-2">Nothing waits.</p>
        )}
      </section>
      <div className="card min-w-0">
        {id ? (
          <Desk key={id} id={id} />
        ) : (
          <EmptyState icon={CircleCheckBig} title="Everything is decided">
            A campaign comes here when its plan and its ads are ready. Trigger a scenario to see one.
          </EmptyState>
        )}
      </div>
    </div>
  );
}

function WaitingRow({ campaign, isHere, onSelect }: { campaign: CampaignRecord; isHere: boolean; onSelect: () => void }) {
  return (
    <li>
      <button
        type="button" aria-current={isHere ? "true" : undefined} onClick={onSelect}
        className={`w-full rounded-lg px-2.5 py-2 text-left ${isHere ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
      >
        <span className="block text-[0.8125rem] font-medium">{words(campaign.category ?? campaign.name)}</span>
        <span className="mt-0.5 line-clamp-2 text-xs text-ink-2">{campaign.headline}</span>
        <span className="num mt-0.5 block text-xs text-ink-3">Ready since {formatMoment(campaign.updated_at)}</span>
      </button>
    </li>
  );
}

function questionOf(detail: CampaignDetail | undefined): ApprovalQuestion | null {
  const question = detail?.questions.find((open) => open.node === "approval");
  if (!question) return null;
  const payload = question.payload as unknown as {
    plan: CampaignPlan; creatives: Creative[]; findings: Finding[]; limits?: BudgetLimits | null;
  };
  return {
    campaignId: question.thread_id, interruptId: question.interrupt_id, schema: question.response_schema as JsonObject,
    plan: payload.plan, creatives: payload.creatives, limits: payload.limits ?? null,
    findings: findingsAtTheGate(payload.findings, detail?.findings ?? [], payload.creatives),
  };
}

/** One campaign's question. It stays on the table when someone else decides it, so that no one's work vanishes. */
function Desk({ id }: { id: string }) {
  const detail = useCampaign(id);
  const today = useToday();
  const open = questionOf(detail.data);
  const [seen, setSeen] = useState<ApprovalQuestion | null>(null);
  const [decided, setDecided] = useState<string | null>(null);
  if (open && open.interruptId !== seen?.interruptId) {
    setSeen(open);
    setDecided(null);
  }
  if (detail.isError && !detail.data) return <ErrorState error={detail.error} retry={() => void detail.refetch()} />;
  if (!detail.data) return <Loading label="the campaign" rows={9} />;
  const tooLate = seen && today && hasBegun(seen.plan, today) ? `its flight began ${formatDay(seen.plan.flight.start)}` : null;
  const isOver = decided !== null || !open;
  return (
    <article aria-labelledby="question-title">
      <Header detail={detail.data} plan={(open ?? seen)?.plan ?? detail.data.plans.at(-1)} />
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
  const who = last ? `${words(last.decision)} by ${last.decided_by}, ${formatMoment(last.decided_at)}` : "It no longer waits for a decision";
  return (
    <div role="status" className={`tone-${byMe ? "ok" : "wait"} flex flex-wrap items-center gap-x-2 gap-y-1 border-t px-4 py-3 text-[0.8125rem]`}>
      <strong className="font-semibold">{byMe ?? "Already decided"}.</strong>
      {byMe ? <span>The campaign goes on.</span> : <span>{who}. Nothing of yours was sent.</span>}
      <Link href={`/?campaign=${detail.campaign.id}`} className="font-medium underline">Watch it live</Link>
      <Link href={`/campaigns?id=${detail.campaign.id}`} className="font-medium underline">Open the campaign</Link>
    </div>
  );
}

function Header({ detail, plan }: { detail: CampaignDetail; plan: CampaignPlan | undefined }) {
  const { campaign } = detail;
  return (
    <header className="px-4 py-3.5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 id="question-title" className="min-w-0 flex-1 basis-72 text-[0.9375rem] font-semibold text-pretty">{campaign.headline ?? campaign.name}</h2>
        <span className="flex items-center gap-2">
          <ProvenanceTag kind="simulated" />
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
          {campaign.status === STATUS_WAITING ? <Expiry plan={plan} /> : null}
        </>
      ) : null}
      <p className="sr-only">Budget of the plan {formatPounds(plan?.budget)}</p>
    </header>
  );
}

const STATUS_WAITING: keyof typeof STATUS = "AWAITING_APPROVAL";

/** The live world's day. */
function useToday(): string | null {
  const clock = useClock().data;
  return useLive((live) => live.today) ?? clock?.today ?? null;
}

/** A plan can be approved until its flight's first day; from then on the server refuses it. */
const hasBegun = (plan: CampaignPlan, today: string): boolean => plan.flight.start <= today;

function Expiry({ plan }: { plan: CampaignPlan }) {
  const today = useToday();
  if (!today) return null;
  return (
    <p className={`mt-3 text-xs ${hasBegun(plan, today) ? "font-medium text-wait" : "text-ink-3"}`}>
      {hasBegun(plan, today)
        ? `Too late to approve: the flight began ${formatDay(plan.flight.start)} and today is ${formatDay(today)}. Reject it; if the signal lasts, sensing will propose it again.`
        : `Decide before ${formatDay(plan.flight.start)}, when the flight begins. Today is ${formatDay(today)}.`}
    </p>
  );
}

function Fact({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div>
      <dt className="label">{label}</dt>
      <dd className="num text-[0.8125rem] font-medium">{value}</dd>
      {note ? <dd className="num text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}
