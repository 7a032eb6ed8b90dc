"use client";

import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { useWidth } from "@/lib/hooks/use-width";
import { bandPath, extent, linear, linePath, type Scale, ticks } from "./scale";

type Values = readonly (number | null)[];

export interface Mark {
  x: number;
  y: number;
  low: number;
  high: number;
}

interface BandChartProps {
  /** What the chart shows, for who cannot see it. */
  label: string;
  xs: readonly number[];
  line: Values;
  low: Values;
  high: Values;
  /** A second line, dashed where the first is the one to read. */
  other?: Values;
  marks?: readonly Mark[];
  /** Where something begins, with its name: the area from there on is shaded. */
  from?: { x: number; label: string };
  /** The ends of the vertical scale, where charts are compared. */
  range: readonly [low: number, high: number];
  /** What each scale counts, in a few words. */
  units: { x: string; y: string };
  formatX: (value: number) => string;
  formatY: (value: number) => string;
  /** One place in words. */
  describe: (index: number) => string;
  /** Whether nothing was measured behind it: drawn grey and dashed, so that it is not read as knowledge. */
  isGuess?: boolean;
  height?: number;
}

const EDGE = { top: 18, right: 12, bottom: 34, left: 46 };

/** A line in its band over a numeric scale, with what was measured as marks. Arrow keys and the pointer read it out. */
export function BandChart(props: BandChartProps) {
  const { xs, range, height = 206 } = props;
  const [box, width] = useWidth<HTMLDivElement>(320);
  const [at, setAt] = useState<number | null>(null);
  const last = xs.length - 1;
  const over = linear(xs[0] ?? 0, xs[last] ?? 1, EDGE.left, width - EDGE.right);
  const y = linear(range[0], range[1], height - EDGE.bottom, EDGE.top);
  const place = Math.min(at ?? last, last);

  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const nearest = xs.reduce((best, value, index) => (Math.abs(over(value) - left) < Math.abs(over(xs[best] ?? 0) - left) ? index : best), 0);
    setAt(nearest);
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setAt(Math.min(last, Math.max(0, place + step)));
  };
  return (
    <div ref={box} className="min-w-0">
      <p className="num mb-1 min-h-9 text-xs text-ink-2" aria-hidden>{props.describe(place)}</p>
      <svg
        width={width} height={height} role="slider" tabIndex={0} aria-label={props.label} aria-valuemin={0} aria-valuemax={last} aria-valuenow={place}
        aria-valuetext={props.describe(place)} className="block touch-pan-y" onPointerMove={point} onPointerLeave={() => setAt(null)} onKeyDown={move}
      >
        <Axes {...props} over={over} y={y} width={width} height={height} />
        <Shapes {...props} over={over} y={y} width={width} height={height} />
        {at !== null ? <line x1={over(xs[place] ?? 0)} x2={over(xs[place] ?? 0)} y1={EDGE.top} y2={height - EDGE.bottom} stroke="var(--ink-3)" /> : null}
      </svg>
    </div>
  );
}

interface Drawn extends BandChartProps {
  over: Scale;
  y: Scale;
  width: number;
  height: number;
}

function Shapes({ xs, line, low, high, other, marks = [], from, isGuess = false, over, y, width, height }: Drawn) {
  const x: Scale = (index) => over(xs[index] ?? 0);
  return (
    <g>
      {from ? (
        <g>
          <rect x={over(from.x)} y={EDGE.top} width={extent(over(from.x), width - EDGE.right)} height={height - EDGE.top - EDGE.bottom} fill="var(--idle-soft)" opacity={0.6} />
          <text x={over(from.x) + 6} y={EDGE.top + 13} className="fill-ink-3 text-[11px]">{from.label}</text>
        </g>
      ) : null}
      <path d={bandPath(low, high, x, y)} fill={isGuess ? "var(--idle-soft)" : "var(--accent)"} opacity={isGuess ? 1 : 0.15} />
      {other ? <path d={linePath(other, x, y)} fill="none" stroke="var(--ink-3)" strokeDasharray="4 4" strokeWidth={1.5} /> : null}
      <path d={linePath(line, x, y)} fill="none" stroke={isGuess ? "var(--ink-3)" : "var(--accent)"} strokeDasharray={isGuess ? "6 4" : undefined} strokeWidth={2} strokeLinejoin="round" />
      {marks.map((mark, index) => (
        <g key={index}>
          <line x1={over(mark.x)} x2={over(mark.x)} y1={y(mark.low)} y2={y(mark.high)} stroke="var(--wait)" strokeWidth={1.5} />
          <circle cx={over(mark.x)} cy={y(mark.y)} r={3.5} fill="var(--surface)" stroke="var(--wait)" strokeWidth={2} />
        </g>
      ))}
    </g>
  );
}

/** Pixels that a figure and the space beside it take. */
const ROOM_FOR_A_FIGURE = 56;

function Axes({ xs, range, units, formatX, formatY, over, y, width, height }: Drawn) {
  const [first, last] = [xs[0] ?? 0, xs[xs.length - 1] ?? 1];
  const many = Math.max(2, Math.floor((width - EDGE.left - EDGE.right) / ROOM_FOR_A_FIGURE));
  return (
    <g className="fill-ink-3 text-[11px]" aria-hidden>
      <text x={2} y={10}>{units.y}{range[0] > 0 ? "; not from 0" : ""}</text>
      <text x={width - EDGE.right} y={height - 4} textAnchor="end">{units.x}</text>
      {range[0] < 0 && range[1] > 0 ? <line x1={EDGE.left} x2={width - EDGE.right} y1={y(0)} y2={y(0)} stroke="var(--ink-3)" data-zero /> : null}
      {ticks(range[0], range[1], 4).map((value) => (
        <g key={value}>
          <line x1={EDGE.left} x2={width - EDGE.right} y1={y(value)} y2={y(value)} stroke="var(--line)" />
          <text x={EDGE.left - 6} y={y(value) + 4} textAnchor="end">{formatY(value)}</text>
        </g>
      ))}
      {ticks(first, last, Math.min(many, 6)).map((value) => (
        <text key={value} x={over(value)} y={height - 18} textAnchor={value === last ? "end" : "middle"}>{formatX(value)}</text>
      ))}
    </g>
  );
}
