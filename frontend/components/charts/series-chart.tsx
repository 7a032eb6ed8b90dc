"use client";

import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { formatCount, formatDay, formatDayShort, formatRange } from "@/lib/format";
import { useWidth } from "@/lib/hooks/use-width";
import { bandPath, endsOf, extent, linear, linePath, type Scale, ticks } from "./scale";

export interface Day {
  date: string;
  units: number | null;
  expected: number | null;
  low: number | null;
  high: number | null;
  /** Where units stand to the band; null inside it. */
  outside: "below" | "above" | null;
  /** Expected with the forecast weather; only on days ahead. */
  ahead: number | null;
}

const HEIGHT = 240;
const EDGE = { top: 18, right: 12, bottom: 24, left: 48 };

/** Sales beside what was expected of them, and the days ahead. */
export function SeriesChart({ days, label }: { days: Day[]; label: string }) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const [at, setAt] = useState<number | null>(null);
  const [low, high] = endsOf(days.flatMap((day) => [day.units, day.low, day.high, day.ahead]));
  const room = (high - low) * 0.06 || 1;
  const x = linear(0, Math.max(days.length - 1, 1), EDGE.left, width - EDGE.right);
  const y = linear(low - room, high + room, HEIGHT - EDGE.bottom, EDGE.top);
  const newest = days.findLastIndex((day) => day.units !== null);
  const shown = days[at ?? newest];

  const point = (event: PointerEvent<SVGSVGElement>): void => {
    const left = event.currentTarget.getBoundingClientRect().left;
    const share = (event.clientX - left - EDGE.left) / (width - EDGE.left - EDGE.right);
    setAt(Math.min(days.length - 1, Math.max(0, Math.round(share * (days.length - 1)))));
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setAt(Math.min(days.length - 1, Math.max(0, (at ?? newest) + step)));
  };
  return (
    <div ref={box} className="min-w-0">
      <Readout day={shown} />
      <svg
        width={width} height={HEIGHT} role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={days.length - 1}
        aria-valuenow={at ?? newest} aria-valuetext={shown ? `${formatDay(shown.date)}: ${wordsOf(shown)}` : ""} className="block touch-pan-y"
        onPointerMove={point} onPointerLeave={() => setAt(null)} onKeyDown={move}
      >
        <Axes days={days} x={x} y={y} low={low - room} high={high + room} width={width} />
        {newest < days.length - 1 ? (
          <g>
            <rect x={x(Math.max(newest, 0))} y={EDGE.top} width={extent(x(Math.max(newest, 0)), x(days.length - 1))} height={HEIGHT - EDGE.top - EDGE.bottom} fill="var(--idle-soft)" opacity={0.6} />
            <text x={x(days.length - 1) - 6} y={EDGE.top + 13} textAnchor="end" className="fill-ink-3 text-[11px]">forecast</text>
          </g>
        ) : null}
        <path d={bandPath(days.map((day) => day.low), days.map((day) => day.high), x, y)} fill="var(--accent)" opacity={0.13} />
        <path d={linePath(days.map((day) => day.expected), x, y)} fill="none" stroke="var(--ink-3)" strokeDasharray="4 4" />
        <path d={linePath(days.map((day, index) => (index === newest ? day.units : day.ahead)), x, y)} fill="none" stroke="var(--accent)" strokeWidth={1.75} strokeDasharray="2 4" />
        <path d={linePath(days.map((day) => day.units), x, y)} fill="none" stroke="var(--accent)" strokeWidth={2} strokeLinejoin="round" />
        {days.map((day, index) =>
          day.outside && day.units !== null ? (
            <circle key={day.date} cx={x(index)} cy={y(day.units)} r={4.5} fill="var(--surface)" stroke="var(--bad)" strokeWidth={2} />
          ) : null,
        )}
        {at !== null ? <line x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} stroke="var(--ink-3)" strokeWidth={1} /> : null}
      </svg>
    </div>
  );
}

function wordsOf(day: Day): string {
  if (day.units === null) return day.ahead === null ? "no figure" : `about ${formatCount(day.ahead)} units forecast`;
  const band = `expected ${formatCount(day.expected)}, band ${formatRange(day.low, day.high, formatCount)}`;
  return `${formatCount(day.units)} units, ${band}${day.outside ? `, ${day.outside} the band` : ""}`;
}

/** The day under the pointer, in two lines that are always there, so that nothing moves and nothing is cut. */
function Readout({ day }: { day: Day | undefined }) {
  return (
    <p className="num mb-1 min-h-9 text-xs text-ink-2" aria-hidden>
      {day ? (
        <>
          <strong className="font-semibold text-ink">{formatDay(day.date)}</strong> {wordsOf(day)}
        </>
      ) : null}
    </p>
  );
}

/** Pixels that a date and the space beside it take. */
const ROOM_FOR_A_DATE = 52;

interface AxesProps {
  days: Day[];
  x: Scale;
  y: Scale;
  low: number;
  high: number;
  width: number;
}

function Axes({ days, x, y, low, high, width }: AxesProps) {
  const every = x(7) - x(0) < ROOM_FOR_A_DATE ? 14 : 7;
  return (
    <g className="fill-ink-3 text-[11px]" aria-hidden>
      <text x={2} y={10}>units a day{low > 0 ? "; not from 0" : ""}</text>
      {low < 0 && high > 0 ? <line x1={EDGE.left} x2={width - EDGE.right} y1={y(0)} y2={y(0)} stroke="var(--ink-3)" data-zero /> : null}
      {ticks(low, high, 6).map((value) => (
        <g key={value}>
          <line x1={EDGE.left} x2={width - EDGE.right} y1={y(value)} y2={y(value)} stroke="var(--line)" />
          <text x={EDGE.left - 8} y={y(value) + 4} textAnchor="end">{formatCount(value)}</text>
        </g>
      ))}
      {days.map((day, index) =>
        index % every === 0 && index < days.length - 2 ? (
          <text key={day.date} x={x(index)} y={HEIGHT - 6} textAnchor="middle">{formatDayShort(day.date)}</text>
        ) : null,
      )}
    </g>
  );
}
