import { Ban, Radar } from "lucide-react";
import { EmptyState } from "@/components/basics/states";
import { formatChange, formatNumber, words } from "@/lib/format";
import type { Opportunity } from "@/lib/types";

/** What was detected today, and why sales moved. */
export function TrendList({ trends, onChoose }: { trends: Opportunity[]; onChoose: (trend: Opportunity) => void }) {
  if (!trends.length) {
    return (
      <EmptyState icon={Radar} title="Nothing above the threshold today">
        Single days outside their band are expected; an alarm needs more than chance. Trigger a scenario to see one.
      </EmptyState>
    );
  }
  return (
    <ul className="scroll-thin max-h-80 divide-y overflow-y-auto" tabIndex={0} aria-label="Detected today">
      {trends.map((trend) => (
        <li key={trend.id}>
          <button type="button" onClick={() => onChoose(trend)} className="block w-full px-4 py-2.5 text-left hover:bg-raised">
            <span className="block text-[0.8125rem] font-medium">{trend.headline}</span>
            <span className="num mt-0.5 flex flex-wrap items-center gap-x-2 text-xs text-ink-3">
              <span>Cause: {words(trend.diagnosis.cause).toLowerCase()}</span>
              <span>Sales {formatChange(trend.sales_change)}</span>
              <span>Score {formatNumber(trend.score, 1)}</span>
              {trend.diagnosis.advertisable ? null : (
                <span className="chip tone-wait">
                  <Ban aria-hidden size={12} /> Not an ad’s job
                </span>
              )}
            </span>
            {trend.diagnosis.advertisable ? null : <span className="mt-1 block text-xs text-ink-2">{trend.diagnosis.advice}</span>}
          </button>
        </li>
      ))}
    </ul>
  );
}
