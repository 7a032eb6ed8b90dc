import { Term } from "@/components/basics/term";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { channelName, formatPounds, formatRange, formatReturnAsRoi } from "@/lib/format";
import type { Allocation } from "@/lib/types";

/** The plan's budget by channel, with what each is expected to sell and how sure that is. */
export function AllocationBars({ allocations }: { allocations: Allocation[] }) {
  const largest = Math.max(...allocations.map((allocation) => allocation.budget), 1);
  const highest = Math.max(...allocations.map((allocation) => allocation.interval.high), 1);
  const lowest = Math.min(...allocations.map((allocation) => allocation.interval.low), 0);
  return (
    <div>
      <table className="w-full text-[0.8125rem]">
        <caption className="sr-only">Budget by channel</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            <th scope="col" className="py-2 pr-2 pl-4 font-medium">Channel</th>
            <th scope="col" className="px-2 py-2 font-medium max-sm:text-right sm:w-[26%] sm:px-3"><Term>Budget</Term></th>
            <th scope="col" className="px-2 py-2 font-medium max-sm:text-right sm:w-[30%] sm:px-3">
              <span className="max-sm:hidden"><Term>Expected incremental sales</Term>, <Term>80% interval</Term></span><span className="sm:hidden"><Term>Expected sales</Term></span>
            </th>
            <th scope="col" className="py-2 pr-4 pl-2 text-right font-medium"><Term>ROI of the next £1</Term></th>
          </tr>
        </thead>
        <tbody>
          {allocations.map((allocation) => {
            const range = formatRange(allocation.interval.low, allocation.interval.high, formatPounds);
            return (
              <tr key={allocation.channel} className="border-b last:border-0" title={allocation.reason}>
                <th scope="row" className="py-2 pr-2 pl-4 text-left font-medium sm:whitespace-nowrap">{channelName(allocation.channel)}</th>
                <td className="px-2 py-2 sm:px-3">
                  <div className="flex items-center gap-2 max-sm:justify-end">
                    <span className="w-14 shrink-0 text-right">{formatPounds(allocation.budget)}</span>
                    <span aria-hidden className="drawn h-2 flex-1 max-sm:hidden">
                      <span className="block h-full rounded-sm bg-accent/75" style={{ width: `${Math.max(0, allocation.budget / largest) * 100}%` }} />
                    </span>
                  </div>
                </td>
                <td className="px-2 py-2 sm:px-3">
                  <div className="flex items-center gap-2 max-sm:justify-end">
                    <span className="w-15 shrink-0 text-right">{formatPounds(allocation.expected_incremental_sales)}</span>
                    <span className="min-w-0 flex-1 max-sm:hidden">
                      <IntervalBar
                        interval={allocation.interval} point={allocation.expected_incremental_sales} from={lowest} to={highest}
                        label={`${formatPounds(allocation.expected_incremental_sales)}, interval ${range}`}
                      />
                    </span>
                  </div>
                </td>
                <td className="py-2 pr-4 pl-2 text-right">{formatReturnAsRoi(allocation.marginal_return)}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot className="max-sm:hidden">
          <tr>
            <td colSpan={2} />
            <td className="px-3 pb-2">
              <span className="flex gap-2"><span className="w-15 shrink-0" /><IntervalAxis from={lowest} to={highest} format={formatPounds} /></span>
            </td>
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
