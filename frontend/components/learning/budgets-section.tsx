"use client";

import { type FormEvent, Fragment, useState } from "react";
import { Term } from "@/components/basics/term";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { channelName, formatPercent, formatPounds, formatRange, formatSigned } from "@/lib/format";
import { useBudgets } from "@/lib/learning";
import type { BudgetOptions } from "@/lib/types";

const USUAL = [1_000, 2_500, 5_000, 10_000, 20_000];

/** What if the budget were another: the server allocates each as a plan would. */
export function BudgetsSection({ world, category }: { world: string; category: string }) {
  const [own, setOwn] = useState<number | null>(null);
  const options = useBudgets(world, category, own === null ? USUAL : [...USUAL, own]);
  const data = options.data;
  return (
    <Section id="budgets" title="What if the budget were …" aside={data ? <span className="text-xs text-ink-3">{formatPercent(data.level)} interval</span> : null}>
      <BudgetForm onAsk={setOwn} />
      {options.isError ? <ErrorState error={options.error} retry={() => void options.refetch()} /> : data ? <Options data={data} own={own} /> : <Loading label="the budgets" rows={6} />}
    </Section>
  );
}

function BudgetForm({ onAsk }: { onAsk: (budget: number) => void }) {
  const [typed, setTyped] = useState("");
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const budget = Math.round(Number(typed) * 100) / 100;
    if (budget > 0) onAsk(budget);
  };
  return (
    <form onSubmit={ask} className="mb-3 flex flex-wrap items-end gap-2 text-[0.8125rem]">
      <label className="flex flex-col gap-1">
        <span className="label">Another budget, £</span>
        <input
          className="field w-36" type="number" inputMode="decimal" min={1} max={10_000_000} step="any" required value={typed} onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="btn">Work it out</button>
    </form>
  );
}

/** How a budget would be split; on a phone it stands beneath the figures, where there is no room beside them. */
const splitOf = ({ channels }: BudgetOptions["options"][number]): string => channels.map((part) => `${channelName(part.channel)} ${formatPounds(part.budget)}`).join(", ");

function Options({ data, own }: { data: BudgetOptions; own: number | null }) {
  const ends = data.options.flatMap(({ profit_interval: interval }) => [interval.low, interval.high]);
  const [from, to] = [Math.min(0, ...ends), Math.max(1, ...ends)];
  const level = formatPercent(data.level);
  return (
    <div className="scroll-thin overflow-x-auto" tabIndex={0} role="region" aria-label="Profit to expect of each budget">
      <table className="w-full sm:min-w-[34rem] text-[0.8125rem]">
        <caption className="sr-only">Profit to expect of each budget, with {level} interval, and how it would be split</caption>
        <thead className="text-left text-xs text-ink-3">
          <tr>
            <th scope="col" className="py-1 pr-3 font-medium"><Term>Budget</Term></th>
            <th scope="col" className="py-1 pr-3 text-right font-medium"><Term>Profit</Term></th>
            <th scope="col" className="w-2/5 py-1 pr-3 font-medium"><Term>{`${level} interval`}</Term> of profit<IntervalAxis from={from} to={to} format={formatPounds} /></th>
            <th scope="col" className="py-1 pr-3 text-right font-medium"><Term>ROI</Term></th>
            <th scope="col" className="hidden py-1 font-medium sm:table-cell"><Term>Split</Term></th>
          </tr>
        </thead>
        <tbody>
          {data.options.map((option) => (
            <Fragment key={option.budget}>
            <tr className={`border-t align-top ${option.budget === own ? "bg-accent-soft" : ""}`}>
              <th scope="row" className="num py-1.5 pr-3 text-left font-medium">
                {formatPounds(option.budget)}
                {option.spent < option.budget - 1 ? <span className="block text-xs font-normal text-ink-3">{option.spent ? `${formatPounds(option.spent)} would be spent` : "nothing would be spent"}</span> : null}
              </th>
              <td className="num py-1.5 pr-3 text-right font-semibold">{formatPounds(option.profit)}</td>
              <td className="py-1.5 pr-3">
                <IntervalBar
                  interval={option.profit_interval} point={option.profit} from={from} to={to}
                  label={`Profit ${formatPounds(option.profit)}, ${level} interval ${formatRange(option.profit_interval.low, option.profit_interval.high, formatPounds)}`}
                />
                <span className="num block text-xs text-ink-3">{formatRange(option.profit_interval.low, option.profit_interval.high, formatPounds)}</span>
              </td>
              <td className="num py-1.5 pr-3 text-right">{formatSigned(option.roi)}</td>
              <td className="num hidden py-1.5 text-xs text-ink-2 sm:table-cell">{splitOf(option)}</td>
            </tr>
            {option.channels.length ? <tr className={`sm:hidden ${option.budget === own ? "bg-accent-soft" : ""}`}><td colSpan={4} className="num pb-2 text-xs text-ink-2">{splitOf(option)}</td></tr> : null}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
