import { ArrowDown, ArrowUp } from "lucide-react";
import { formatChange, formatCount, formatRange, words } from "@/lib/format";
import type { SignalCell, SignalsToday } from "@/lib/types";

export interface Place {
  category: string;
  region: string;
}

const toneOf = (cell: SignalCell): string => {
  if (cell.outside === null) return "text-ink-2";
  return cell.outside === "below" ? "bg-bad-soft text-bad font-semibold" : "bg-ok-soft text-ok font-semibold";
};

/** Each category in each region: how far sales are from what was expected. */
export function SignalMatrix({ signals, chosen, onChoose }: { signals: SignalsToday; chosen: Place; onChoose: (place: Place) => void }) {
  const cells = new Map(signals.items.map((cell) => [`${cell.category}|${cell.region}`, cell]));
  return (
    <div className="scroll-thin overflow-x-auto" tabIndex={0} role="region" aria-label="Categories by region">
      <table className="w-full border-separate pr-2 border-spacing-0 text-xs">
        <caption className="sr-only">Sales against expectation by category and region on the newest day</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 z-10 bg-surface py-2 pr-2 pl-4 text-left font-medium text-ink-3">Category</th>
            {signals.regions.map((region) => <th key={region} scope="col" className="px-0.5 py-2 text-center text-[0.6875rem] font-medium whitespace-nowrap text-ink-3">{region}</th>)}
          </tr>
        </thead>
        <tbody>
          {signals.categories.map((category) => (
            <tr key={category}>
              <th scope="row" className="sticky left-0 z-10 border-t bg-surface py-0 pr-2 pl-4 text-left font-medium whitespace-nowrap">{words(category)}</th>
              {signals.regions.map((region) => {
                const cell = cells.get(`${category}|${region}`);
                if (!cell) return <td key={region} className="border-t" />;
                const isHere = chosen.category === category && chosen.region === region;
                return (
                  <td key={region} className="border-t p-0.5">
                    <button
                      type="button" aria-pressed={isHere} onClick={() => onChoose({ category, region })}
                      aria-label={`${words(category)}, ${region}: ${cell.change === null ? "no figure" : formatChange(cell.change)}${cell.outside ? `, ${cell.outside} the band` : ""}`}
                      title={`${formatCount(cell.units)} units, band ${formatRange(cell.low, cell.high, formatCount)}`}
                      className={`num flex h-7 w-full min-w-11 items-center justify-center gap-0.5 rounded-[5px] hover:bg-idle-soft ${toneOf(cell)} ${isHere ? "ring-2 ring-accent" : ""}`}
                    >
                      <Arrow cell={cell} />
                      {cell.change === null ? "gap" : formatChange(cell.change)}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Arrow({ cell }: { cell: SignalCell }) {
  if (cell.outside === null) return null;
  const Direction = cell.outside === "below" ? ArrowDown : ArrowUp;
  return <Direction aria-hidden size={11} strokeWidth={2.75} />;
}
