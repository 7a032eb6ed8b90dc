import { formatChange, formatInterval, formatPence, formatPercent, formatPounds, formatSigned } from "@/lib/format";
import type { CampaignPlan } from "@/lib/types";
import { Term } from "@/components/basics/term";
import { constraintWords } from "@/components/campaign-detail/constraints";
import type { Tried } from "./use-what-if";

export const expectedSales = (plan: CampaignPlan): number =>
  plan.allocations.reduce((sum, { expected_incremental_sales }) => sum + expected_incremental_sales, 0);

interface ForecastProps {
  plan: CampaignPlan;
  /** Null where nothing is edited. */
  tried: Tried | null;
}

/** What the budgets as they stand in the fields are expected to bring, beside what was planned. */
export function Forecast({ plan, tried }: ForecastProps) {
  const shown = tried ? tried.plan : plan;
  const state = !tried ? "planned" : tried.isAsking ? "asking" : tried.failed ? "failed" : tried.stopped ? "stopped" : "tried";
  const isOld = state === "asking";
  const stops = shown?.binding_constraints.filter((name) => !name.startsWith("edited:")) ?? [];
  return (
    <div className="border-t px-4 py-3" data-testid="forecast" data-state={state} aria-busy={isOld}>
      <p role="status" className="mb-2 text-xs text-ink-3">
        {state === "planned" ? "What it is expected to bring." : null}
        {state === "asking" ? "Working out your budgets…" : null}
        {state === "tried" ? "What your budgets are expected to bring. This is the plan that would be booked." : null}
        {state === "failed" ? `Your budgets could not be worked out: ${tried?.failed ?? ""}` : null}
        {state === "stopped" ? <strong className="font-medium text-bad">{tried?.stopped}</strong> : null}
      </p>
      {state === "failed" ? <button type="button" className="text-xs font-medium underline" onClick={tried?.askAgain}>Ask again</button> : null}
      {shown && state !== "failed" && state !== "stopped" ? (
        <dl className={`grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-4 ${isOld ? "opacity-50" : ""}`}>
          <Figure label="Expected sales" value={formatPounds(expectedSales(shown))} before={tried ? formatPounds(expectedSales(plan)) : null} note={salesRange(shown)} />
          <Figure
            label="ROI" value={formatSigned(shown.predicted_roi)} before={tried ? formatSigned(plan.predicted_roi) : null}
            note={formatInterval(shown.roi_interval, formatSigned)}
          />
          {shown.loss ? (
            <Figure
              label="Chance of a loss" value={formatPercent(shown.loss.probability)}
              before={tried && plan.loss ? formatPercent(plan.loss.probability) : null}
              note={shown.loss.probability > shown.loss.limit ? `above the ${formatPercent(shown.loss.limit)} that may be risked beyond a probe` : undefined}
            />
          ) : null}
          <Figure
            label="Budget" value={formatPence(shown.budget)}
            before={tried ? formatPence(plan.budget) : null}
            note={tried && plan.budget ? formatChange(shown.budget / plan.budget - 1, 1) : undefined}
          />
        </dl>
      ) : null}
      {stops.length && state !== "stopped" ? <p className="mt-2 text-xs text-ink-3">Limited by: {constraintWords(stops)}.</p> : null}
    </div>
  );
}

/** The interval of ROI in sales: ROI is margin over spend, less one. */
function salesRange({ roi_interval, budget, margin_rate }: CampaignPlan): string | undefined {
  if (margin_rate <= 0) return undefined;
  const sales = (roi: number): number => ((1 + roi) * budget) / margin_rate;
  return formatInterval({ ...roi_interval, low: sales(roi_interval.low), high: sales(roi_interval.high) }, formatPounds);
}

interface FigureProps {
  label: string;
  value: string;
  before: string | null;
  note?: string | undefined;
}

function Figure({ label, value, before, note }: FigureProps) {
  return (
    <div className="min-w-0">
      <dt className="label"><Term>{label}</Term></dt>
      <dd className="num text-[0.8125rem] font-medium">
        {value}
      </dd>
      {before !== null && before !== value ? <dd className="num text-xs text-ink-3">planned {before}</dd> : null}
      {note ? <dd className="num text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}
