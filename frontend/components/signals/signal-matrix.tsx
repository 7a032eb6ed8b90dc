"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { formatChange, formatCount, formatPercent, formatRange, named } from "@/lib/format";
import type { SignalCell, SignalsToday } from "@/lib/types";

export interface Place {
  category: string;
  region: string;
}

const toneOf = (cell: SignalCell): string => {
  if (cell.outside === null) return "text-ink-2";
  return cell.outside === "below" ? "bg-bad-soft text-bad font-semibold" : "bg-ok-soft text-ok font-semibold";
};

interface MatrixProps {
  signals: SignalsToday;
  chosen: Place;
  onChoose: (place: Place) => void;
}

/** Each category in each region: how far sales are from what was expected. One stop of the Tab key; arrows move within. */
export function SignalMatrix({ signals, chosen, onChoose }: MatrixProps) {
  const { categories, regions } = signals;
  const cells = new Map(signals.items.map((cell) => [keyOf(cell), cell]));
  const [focused, setFocused] = useState<Place | null>(null);
  const stop = [focused, chosen, signals.items[0]].find((place): place is Place => Boolean(place && cells.has(keyOf(place))));
  const grid = useRef<HTMLTableElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step || !stop) return;
    event.preventDefault();
    const row = within(categories, categories.indexOf(stop.category) + step[0]);
    const column = within(regions, regions.indexOf(stop.region) + step[1]);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(`${categories[row]}|${regions[column]}`)}"]`)?.focus();
  };
  return (
    <div className="scroll-thin overflow-x-auto" role="region" aria-label="Categories by region">
      <table
        ref={grid} role="grid" onKeyDown={move} className="w-full min-w-136 max-sm:min-w-152 table-fixed border-separate border-spacing-0 pr-3 text-xs"
      >
        <caption className="sr-only">Sales against expectation by category and region on the newest day. Arrow keys move between the cells.</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 z-10 w-32 bg-surface py-2 pr-2 pl-4 text-left font-medium text-ink-3">Category</th>
            {regions.map((region) => <th key={region} scope="col" className="px-1 py-2 text-center align-bottom text-[0.6875rem] leading-3.5 font-medium text-ink-3"><span className="line-clamp-3 wrap-anywhere" title={region}>{region}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {categories.map((category) => (
            <tr key={category}>
              <th scope="row" className="sticky left-0 z-10 border-t bg-surface py-0 pr-2 pl-4 text-left font-medium"><span className="line-clamp-2 leading-3.5 wrap-anywhere" title={category}>{named(category)}</span></th>
              {regions.map((region) => {
                const cell = cells.get(keyOf({ category, region }));
                if (!cell) return <td key={region} className="border-t" />;
                return (
                  <td key={region} className="border-t p-0.5">
                    <Cell
                      cell={cell} isHere={keyOf(chosen) === keyOf(cell)} isStop={stop !== undefined && keyOf(stop) === keyOf(cell)}
                      onFocus={() => setFocused(cell)} onChoose={() => onChoose({ category, region })}
                    />
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

const keyOf = ({ category, region }: Place): string => `${category}|${region}`;
const within = (names: string[], at: number): number => Math.min(Math.max(at, 0), names.length - 1);
const FAR = 1000;
/** Rows and columns that each key moves. */
const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -FAR], End: [0, FAR], PageUp: [-FAR, 0],
  PageDown: [FAR, 0],
};

interface CellProps {
  cell: SignalCell;
  isHere: boolean;
  /** Where the Tab key comes in. */
  isStop: boolean;
  onFocus: () => void;
  onChoose: () => void;
}

function Cell({ cell, isHere, isStop, onFocus, onChoose }: CellProps) {
  const change = cell.change === null ? null : formatChange(cell.change);
  return (
    <button
      type="button" aria-pressed={isHere} tabIndex={isStop ? 0 : -1} data-cell={keyOf(cell)} onFocus={onFocus} onClick={onChoose}
      aria-label={`${named(cell.category)}, ${cell.region}: ${change ?? "no figure"}${cell.outside ? `, ${cell.outside} the band` : ""}`}
      title={`${formatCount(cell.units)} units, band ${formatRange(cell.low, cell.high, formatCount)}; ${formatPercent(cell.chance)} likely that it is more than chance`}
      className={`num flex h-7 w-full items-center justify-center gap-0.5 rounded-[5px] hover:bg-idle-soft pointer-coarse:h-11 ${toneOf(cell)} ${isHere ? "ring-2 ring-accent" : ""}`}
    >
      <Arrow cell={cell} />
      {change ?? "gap"}
    </button>
  );
}

function Arrow({ cell }: { cell: SignalCell }) {
  if (cell.outside === null) return null;
  const Direction = cell.outside === "below" ? ArrowDown : ArrowUp;
  return <Direction aria-hidden size={11} strokeWidth={2.75} />;
}
