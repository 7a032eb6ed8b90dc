import { Term } from "@/components/basics/term";
import { channelName, formatChange, formatPence, formatPounds } from "@/lib/format";
import type { FieldSpec } from "@/lib/json-schema";
import { fieldNamed } from "@/lib/json-schema";
import type { CampaignPlan } from "@/lib/types";
import { budgetEdits, type Draft, totalOf } from "./draft";
import { expectedSales } from "./forecast";
import type { BudgetLimits, BudgetProblems } from "./limits";
import type { Tried } from "./use-what-if";

interface BudgetFieldsProps {
  spec: FieldSpec;
  plan: CampaignPlan;
  draft: Draft;
  limits: BudgetLimits | null;
  problems: BudgetProblems;
  /** What the edited budgets would sell; null where nothing is edited. */
  tried: Tried | null;
  onChange: (channel: string, budget: string) => void;
}

const COLUMN = "hidden px-2 py-2 text-right sm:table-cell";

/** The budget per channel, as planned and as it shall be, with the sum and what it must keep to. */
export function BudgetFields({ spec, plan, draft, limits, problems, tried, onChange }: BudgetFieldsProps) {
  const total = totalOf(draft);
  const change = plan.budget ? total / plan.budget - 1 : 0;
  const minimum = fieldNamed(spec.item, "budget")?.minimum ?? 0;
  const edited = new Set<string>(budgetEdits(draft, plan).map((edit) => edit.channel));
  const after = tried && !tried.isAsking ? tried.plan : null;
  const sold = new Map((after ?? plan).allocations.map((one) => [one.channel as string, one.expected_incremental_sales] as const));
  const isOld = edited.size > 0 && after === null;
  return (
    <div className="overflow-x-auto" data-field="budgets">
      <table className="w-full text-[0.8125rem]">
        <caption className="sr-only">Budget by channel; {spec.description}</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 font-medium">Channel</th>
            <th scope="col" className="px-2 py-2 text-right font-medium"><Term>Planned</Term></th>
            <th scope="col" className={`${COLUMN} font-medium`}><Term>Expected sales</Term></th>
            <th scope="col" className="w-36 px-4 py-2 text-right font-medium sm:w-44"><Term>Budget, £</Term></th>
          </tr>
        </thead>
        <tbody>
          {plan.allocations.map(({ channel, budget }) => {
            const problem = problems.channels[channel];
            const bounds = limits?.channels.find((one) => one.channel === channel);
            return (
              <tr key={channel} className="border-b align-top">
                <th scope="row" className="px-4 py-3 text-left font-medium">
                  {channelName(channel)}
                  {bounds ? (
                    <span className="num hidden text-xs font-normal text-ink-3 sm:block">
                      {formatPounds(bounds.minimum)} to {formatPounds(Math.min(bounds.maximum, limits?.available ?? bounds.maximum))}
                    </span>
                  ) : null}
                </th>
                <td className="num px-2 py-3 text-right text-ink-2">{formatPence(budget)}</td>
                <td className={`${COLUMN} num py-3 ${isOld ? "text-ink-3 opacity-50" : "text-ink-2"}`}>{formatPounds(sold.get(channel) ?? 0)}</td>
                <td className="px-4 py-1.5 text-right">
                  <input
                    type="number" inputMode="decimal" step="0.01" min={minimum} max={bounds?.maximum} required
                    aria-label={`Budget for ${channelName(channel)}, pounds`} aria-invalid={problem ? true : undefined}
                    aria-describedby={problem ? `budget-${channel}-problem` : undefined}
                    className="field num text-right" value={draft.budgets[channel] ?? ""} onChange={(event) => onChange(channel, event.target.value)}
                  />
                  {problem ? <p id={`budget-${channel}-problem`} className="mt-1 text-xs text-bad">{problem}</p> : null}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr className="align-top">
            <th scope="row" className="px-4 py-2.5 text-left font-semibold">Total</th>
            <td className="num px-2 py-2.5 text-right text-ink-2">{formatPence(plan.budget)}</td>
            <td className={`${COLUMN} num py-2.5 ${isOld ? "text-ink-3 opacity-50" : "text-ink-2"}`}>{formatPounds(expectedSales(after ?? plan))}</td>
            <td className={`num px-4 py-2.5 text-right font-semibold ${problems.total ? "text-bad" : ""}`} aria-live="polite" data-testid="plan-sum">
              {formatPence(total)}
              {Math.abs(change) > 0.0005 ? <span className="block text-xs font-normal text-wait">{formatChange(change, 1)}</span> : null}
              {limits ? <span className={`block text-xs font-normal ${problems.total ? "text-bad" : "text-ink-3"}`}>of {formatPounds(limits.available)} it may spend</span> : null}
              {problems.total ? <span className="block text-xs font-normal text-bad">{problems.total}</span> : null}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
