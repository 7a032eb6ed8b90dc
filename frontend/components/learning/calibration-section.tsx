"use client";

import Link from "next/link";
import { Term } from "@/components/basics/term";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { formatDayShort, formatNumber, formatPercent, formatRange, formatSigned } from "@/lib/format";
import { useCalibration } from "@/lib/learning";
import type { Calibration } from "@/lib/types";

/** Whether campaigns earned what was predicted, as often as the intervals say. */
export function CalibrationSection({ world }: { world: string }) {
  const calibration = useCalibration(world);
  const data = calibration.data;
  return (
    <Section id="calibration" title="Predicted against measured" aside={data ? <span className="text-xs text-ink-3">ROI, {formatPercent(data.level)} interval</span> : null}>
      {calibration.isError ? <ErrorState error={calibration.error} retry={() => void calibration.refetch()} /> : data ? <Cycles data={data} /> : <Loading label="the calibration" rows={6} />}
    </Section>
  );
}

function Cycles({ data }: { data: Calibration }) {
  const level = formatPercent(data.level);
  if (!data.cycles.length) return <p className="text-[0.8125rem] text-ink-2">No campaign has been measured yet.</p>;
  const ends = data.cycles.flatMap((cycle) => [cycle.predicted_interval.low, cycle.predicted_interval.high, cycle.measured_interval.low, cycle.measured_interval.high]);
  const [from, to] = [Math.min(0, ...ends) - 0.05, Math.max(0, ...ends) + 0.05];
  return (
    <>
      <p className="mb-3 text-[0.8125rem] text-ink-2">
        <strong className="num text-ink">{data.cycles.filter(({ agrees }) => agrees).length} of {data.cycles.length}</strong> measured campaigns agree with their prediction, within the error of
        measurement. Of good predictions {level} do; so far the true share may be anywhere from {formatRange(data.agrees_interval?.low, data.agrees_interval?.high, formatPercent)}. On average the measured ROI is{" "}
        {formatNumber(Math.abs(data.bias ?? 0))} {(data.bias ?? 0) < 0 ? "below" : "above"} the predicted.
      </p>
      <div className="scroll-thin max-h-[26rem] overflow-auto" tabIndex={0} role="region" aria-label="Predicted and measured ROI of each campaign">
        <table className="w-full min-w-[26rem] text-[0.8125rem]">
          <caption className="sr-only">Predicted and measured ROI of each campaign, with {level} intervals</caption>
          <thead className="sticky top-0 z-10 bg-surface text-left text-xs text-ink-3">
            <tr>
              <th scope="col" className="py-1 pr-3 font-medium">Campaign</th>
              <th scope="col" className="py-1 pr-3 text-right font-medium"><Term>Predicted</Term><br />measured</th>
              <th scope="col" className="w-1/2 py-1 pr-3 font-medium"><Term>{`${level} interval`}</Term> of <Term>ROI</Term>: predicted above, measured below<IntervalAxis from={from} to={to} format={formatSigned} /></th>
              <th scope="col" className="py-1 font-medium"><Term>Agrees</Term></th>
            </tr>
          </thead>
          <tbody>
            {data.cycles.map((cycle) => (
              <tr key={`${cycle.campaign_id}-${cycle.cycle}`} className="border-t">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                  <Link href={`/campaigns?id=${cycle.campaign_id}`} className="text-accent hover:underline">{cycle.called}</Link>
                  <span className="block text-xs text-ink-3">{formatDayShort(cycle.learned_on)}{cycle.is_simulated ? ", simulated shoppers" : ""}</span>
                </th>
                <td className="num py-1.5 pr-3 text-right">{formatSigned(cycle.predicted)}<br /><strong>{formatSigned(cycle.measured)}</strong></td>
                <td className="py-1.5 pr-3">
                  {([["Predicted", cycle.predicted, cycle.predicted_interval], ["Measured", cycle.measured, cycle.measured_interval]] as const).map(([name, value, interval]) => (
                    <IntervalBar
                      key={name} interval={interval} point={value} from={from} to={to}
                      label={`${name} ROI ${formatSigned(value)}, ${level} interval ${formatRange(interval.low, interval.high, formatSigned)}`}
                    />
                  ))}
                </td>
                <td className="py-1.5">{cycle.agrees ? "yes" : <span className="text-bad">no</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
