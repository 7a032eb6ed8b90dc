import { channelName, formatChange, formatPence, formatPounds } from "@/lib/format";
import type { FieldSpec } from "@/lib/json-schema";
import { fieldNamed } from "@/lib/json-schema";
import type { CampaignPlan } from "@/lib/types";
import { type Draft, totalOf } from "./draft";

interface BudgetFieldsProps {
  spec: FieldSpec;
  plan: CampaignPlan;
  draft: Draft;
  onChange: (channel: string, budget: string) => void;
}

/** The budget per channel, as planned and as it shall be, with the sum. */
export function BudgetFields({ spec, plan, draft, onChange }: BudgetFieldsProps) {
  const total = totalOf(draft);
  const change = plan.budget ? total / plan.budget - 1 : 0;
  const minimum = fieldNamed(spec.item, "budget")?.minimum ?? 0;
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-[0.8125rem]">
        <caption className="sr-only">Budget by channel; {spec.description}</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 font-medium">Channel</th>
            <th scope="col" className="px-2 py-2 text-right font-medium">Planned</th>
            <th scope="col" className="hidden px-2 py-2 text-right font-medium sm:table-cell">Expected sales</th>
            <th scope="col" className="w-36 px-4 py-2 text-right font-medium">Budget, £</th>
          </tr>
        </thead>
        <tbody>
          {plan.allocations.map(({ channel, budget, expected_incremental_sales }) => (
            <tr key={channel} className="border-b">
              <th scope="row" className="px-4 py-1.5 text-left font-medium">{channelName(channel)}</th>
              <td className="px-2 py-1.5 text-right text-ink-2">{formatPence(budget)}</td>
              <td className="hidden px-2 py-1.5 text-right text-ink-2 sm:table-cell">{formatPounds(expected_incremental_sales)}</td>
              <td className="px-4 py-1.5">
                <input
                  type="number" inputMode="decimal" step="0.01" min={minimum} required aria-label={`Budget for ${channelName(channel)}, pounds`}
                  className="field num text-right" value={draft.budgets[channel] ?? ""} onChange={(event) => onChange(channel, event.target.value)}
                />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" className="px-4 py-2.5 text-left font-semibold">Sum of the plan</th>
            <td className="px-2 py-2.5 text-right text-ink-2">{formatPence(plan.budget)}</td>
            <td className="hidden sm:table-cell" />
            <td className="px-4 py-2.5 text-right font-semibold" aria-live="polite" data-testid="plan-sum">
              {formatPence(total)}
              {Math.abs(change) > 0.0005 ? <span className="block text-xs font-normal text-wait">{formatChange(change, 1)}</span> : null}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
