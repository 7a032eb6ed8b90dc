import { AllocationBars } from "@/components/allocation-bars";
import { Fact, Section } from "@/components/basics/section";
import { formatDay, formatFlight, formatInterval, formatPence, formatPercent, formatPounds, formatPoundsRounded, formatReturnAsRoi, formatSigned, words } from "@/lib/format";
import type { CampaignPlan } from "@/lib/types";
import { constraintWords } from "./constraints";

/** What was decided: how much, where, for whom, and what it should bring. A plan that spends nothing has less to say. */
export function PlanSection({ plan }: { plan: CampaignPlan }) {
  const spends = plan.verdict === "spend";
  return (
    <Section id="plan" title={titleOf(plan)} padded={false}>
      <div className="p-4">
        <p>{plan.reason}</p>
        <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
          {spends ? <Expected plan={plan} /> : null}
          <Fact label="Audience" value={words(plan.audience.segment)} note={plan.audience.description} />
          <Fact label="Regions" value={plan.audience.regions.length > 3 ? `${plan.audience.regions.length} regions` : plan.audience.regions.join(", ")} />
          {spends ? <Held plan={plan} /> : null}
          {plan.binding_constraints.length || spends ? (
            <Fact
              label="Limited by" value={constraintWords(plan.binding_constraints) || "Nothing"}
              note={spends && !isEdited(plan) && plan.shadow_price > 0 ? `ROI of one more pound: ${formatReturnAsRoi(plan.shadow_price)}` : undefined}
            />
          ) : null}
        </dl>
        {spends && plan.brief.proposition ? (
          <blockquote className="mt-4 border-l-2 border-accent pl-3 text-[0.8125rem] text-ink-2">
            {plan.brief.proposition} <span className="block text-xs text-ink-3">{words(plan.brief.tone)} · {plan.brief.angle} angle</span>
          </blockquote>
        ) : null}
        {plan.experiment ? <p className="mt-3 text-[0.8125rem] text-ink-2">{plan.experiment.reason}</p> : null}
        {plan.cites?.length ? (
          <ul className="mt-3 text-xs text-ink-2">
            {plan.cites.map((cite) => <li key={cite.lesson_id}>Learned before: {cite.statement}</li>)}
          </ul>
        ) : null}
        {plan.prompt_hash ? <p className="mt-3 text-xs text-ink-3">The brief was written with the prompt <code>{plan.prompt_hash}</code></p> : null}
      </div>
      {plan.allocations.length ? <div className="border-t"><AllocationBars allocations={plan.allocations} /></div> : null}
    </Section>
  );
}

function titleOf(plan: CampaignPlan): string {
  if (plan.verdict === "wait") return `Plan: wait until ${formatDay(plan.look_again_on ?? plan.flight.start)}`;
  if (plan.verdict === "dont_spend") return "Plan: do not spend";
  return plan.probe ? "Plan: a probe" : "Plan";
}

/** The optimiser knows no price of a further pound where a person set the budgets. */
const isEdited = (plan: CampaignPlan): boolean => plan.binding_constraints.some((name) => name.startsWith("edited:"));

function Expected({ plan }: { plan: CampaignPlan }) {
  return (
    <>
      <Fact label="Budget" value={formatPence(plan.budget)} />
      <Fact label="Flight" value={formatFlight(plan.flight.start, plan.flight.end)} />
      <Fact
        label="Return on margin (ROI)" value={formatSigned(plan.predicted_roi)}
        note={`predicted; ${formatInterval(plan.roi_interval, formatSigned)}`}
      />
      {plan.loss ? (
        <Fact
          label="Chance of a loss" value={formatPercent(plan.loss.probability)}
          note={`${formatPence(plan.loss.expected)} lost on average; campaigns beyond a probe may risk ${formatPercent(plan.loss.limit)}`}
        />
      ) : null}
      {plan.measurability ? (
        <Fact
          label="Smallest lift it can show"
          value={formatPercent(plan.measurability.detectable_lift, 1)}
          note={`${formatPoundsRounded(plan.measurability.detectable_sales)} of sales; the measured range will be about ${formatPoundsRounded(plan.measurability.interval_width)} wide`}
        />
      ) : null}
    </>
  );
}

function Held({ plan: { holdout, measurability } }: { plan: CampaignPlan }) {
  const stores = holdout.control_stores.length + holdout.treated_stores.length;
  const cost = measurability ? `, at ${formatPounds(measurability.holdout_cost)} of profit` : "";
  return <Fact label="Held out" value={`${holdout.control_stores.length} of ${stores} stores`} note={`see no ad, for comparison${cost}`} />;
}
