import { AllocationBars } from "@/components/allocation-bars";
import { Fact, Section } from "@/components/basics/section";
import { formatFlight, formatNumber, formatPence, formatPercent, formatRange, formatSigned, words } from "@/lib/format";
import type { CampaignPlan } from "@/lib/types";

/** What was decided: how much, where, for whom, and what it should bring. */
export function PlanSection({ plan }: { plan: CampaignPlan }) {
  const stores = plan.holdout.control_stores.length + plan.holdout.treated_stores.length;
  const level = formatPercent(plan.roi_interval.level);
  return (
    <Section id="plan" title={plan.verdict === "spend" ? "Plan" : "Plan: do not spend"} padded={false} aside={<code className="text-xs text-ink-3" title="Hash of the brief’s prompt">prompt {plan.prompt_hash}</code>}>
      <div className="p-4">
        <p>{plan.reason}</p>
        <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
          <Fact label="Budget" value={formatPence(plan.budget)} />
          <Fact label="Flight" value={formatFlight(plan.flight.start, plan.flight.end)} />
          <Fact label="Predicted ROI" value={formatSigned(plan.predicted_roi)} note={`${level}: ${formatRange(plan.roi_interval.low, plan.roi_interval.high, formatSigned)}`} />
          <Fact label="Predicted iROAS" value={formatNumber(plan.predicted_iroas)} />
          <Fact label="Audience" value={words(plan.audience.segment)} note={plan.audience.description} />
          <Fact label="Regions" value={plan.audience.regions.length > 3 ? `${plan.audience.regions.length} regions` : plan.audience.regions.join(", ")} />
          <Fact label="Held out" value={`${plan.holdout.control_stores.length} of ${stores} stores`} note="see no ad, to measure lift" />
          <Fact label="Bound by" value={plan.binding_constraints.map(words).join(", ") || "nothing"} note={`next £1 returns £${formatNumber(plan.shadow_price)}`} />
        </dl>
        {plan.brief.proposition ? (
          <blockquote className="mt-4 border-l-2 border-accent pl-3 text-[0.8125rem] text-ink-2">
            {plan.brief.proposition} <span className="text-ink-3">({plan.brief.tone}; angle {plan.brief.angle})</span>
          </blockquote>
        ) : null}
        {plan.cites?.length ? (
          <ul className="mt-3 text-xs text-ink-2">
            {plan.cites.map((cite) => <li key={cite.lesson_id}>Learned before: {cite.statement}</li>)}
          </ul>
        ) : null}
      </div>
      {plan.allocations.length ? <div className="border-t"><AllocationBars allocations={plan.allocations} /></div> : null}
    </Section>
  );
}
