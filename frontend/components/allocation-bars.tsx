import { IntervalBar } from "@/components/interval-bar";
import { channelName, formatNumber, formatPounds, formatRange } from "@/lib/format";
import type { Allocation } from "@/lib/types";

/** The plan's budget by channel, with what each is expected to sell and how sure that is. */
export function AllocationBars({ allocations }: { allocations: Allocation[] }) {
  const largest = Math.max(...allocations.map((allocation) => allocation.budget), 1);
  const highest = Math.max(...allocations.map((allocation) => allocation.interval.high), 1);
  const lowest = Math.min(...allocations.map((allocation) => allocation.interval.low), 0);
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-140 text-[0.8125rem]">
        <caption className="sr-only">Budget by channel</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 font-medium">Channel</th>
            <th scope="col" className="w-[26%] px-3 py-2 font-medium">Budget</th>
            <th scope="col" className="w-[30%] px-3 py-2 font-medium">Expected incremental sales, 80% interval</th>
            <th scope="col" className="px-4 py-2 text-right font-medium">Next £1 returns</th>
          </tr>
        </thead>
        <tbody>
          {allocations.map((allocation) => {
            const range = formatRange(allocation.interval.low, allocation.interval.high, formatPounds);
            return (
              <tr key={allocation.channel} className="border-b last:border-0" title={allocation.reason}>
                <th scope="row" className="px-4 py-2 text-left font-medium whitespace-nowrap">{channelName(allocation.channel)}</th>
                <td className="px-3 py-2">
                  <div className="flex items-center gap-2">
                    <span className="w-14 shrink-0 text-right">{formatPounds(allocation.budget)}</span>
                    <span aria-hidden className="h-2 flex-1">
                      <span className="block h-full rounded-sm bg-accent/75" style={{ width: `${(allocation.budget / largest) * 100}%` }} />
                    </span>
                  </div>
                </td>
                <td className="px-3 py-2">
                  <div className="flex items-center gap-2">
                    <span className="w-15 shrink-0 text-right">{formatPounds(allocation.expected_incremental_sales)}</span>
                    <IntervalBar
                      interval={allocation.interval} point={allocation.expected_incremental_sales} from={lowest} to={highest}
                      label={`${formatPounds(allocation.expected_incremental_sales)}, interval ${range}`}
                    />
                  </div>
                </td>
                <td className="px-4 py-2 text-right">£{formatNumber(allocation.marginal_return)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
