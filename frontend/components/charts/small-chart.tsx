"use client";

import { useWidth } from "@/lib/hooks/use-width";
import { endsOf, extent, linear, linePath } from "./scale";

interface SmallChartProps {
  values: (number | null)[];
  /** How many of the last values are forecast. */
  ahead: number;
  kind: "line" | "bars";
  label: string;
  format: (value: number) => string;
  from?: number;
}

const HEIGHT = 64;
const [LEFT, RIGHT] = [48, 12];

/** A quiet strip under the sales: the same days, one thing that drives them. */
export function SmallChart({ values, ahead, kind, label, format, from }: SmallChartProps) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const known = values.filter((value) => value !== null);
  if (!known.length) return null;
  const [least, most] = endsOf(known);
  const low = from ?? least;
  const high = Math.max(most, low + 1);
  const x = linear(0, Math.max(values.length - 1, 1), LEFT, width - RIGHT);
  const y = linear(low, high, HEIGHT - 6, 8);
  const bar = Math.max(2, ((width - LEFT - RIGHT) / values.length) * 0.62);
  const first = values.length - ahead;
  return (
    <div ref={box} className="min-w-0">
      <p className="label mb-0.5">{label}</p>
      <svg width={width} height={HEIGHT} role="img" aria-label={`${label}: from ${format(Math.min(...known))} to ${format(Math.max(...known))}`} className="block">
        <text x={LEFT - 8} y={14} textAnchor="end" className="num fill-ink-3 text-[11px]">{format(high)}</text>
        <text x={LEFT - 8} y={HEIGHT - 4} textAnchor="end" className="num fill-ink-3 text-[11px]">{format(low)}</text>
        <line x1={LEFT} x2={width - RIGHT} y1={HEIGHT - 6} y2={HEIGHT - 6} stroke="var(--line)" />
        {low < 0 && high > 0 ? <line x1={LEFT} x2={width - RIGHT} y1={y(0)} y2={y(0)} stroke="var(--line-strong)" strokeDasharray="2 2" data-zero /> : null}
        {kind === "bars" ? (
          values.map((value, index) =>
            value === null || value <= low ? null : (
              <rect
                key={index} x={x(index) - bar / 2} y={y(value)} width={bar} height={extent(y(value), HEIGHT - 6)} rx={1} fill="var(--accent)"
                opacity={index >= first ? 0.35 : 0.75}
              />
            ),
          )
        ) : (
          <>
            <path d={linePath(values.map((value, index) => (index < first ? value : null)), x, y)} fill="none" stroke="var(--ink-2)" strokeWidth={1.5} />
            <path d={linePath(values.map((value, index) => (index >= first - 1 ? value : null)), x, y)} fill="none" stroke="var(--ink-3)" strokeWidth={1.5} strokeDasharray="2 4" />
          </>
        )}
      </svg>
    </div>
  );
}
