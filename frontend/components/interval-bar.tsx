import type { Interval } from "@/lib/types";

interface IntervalBarProps {
  interval: Interval;
  /** The estimate, and another figure to set beside it. */
  point: number;
  other?: { value: number; label: string };
  /** The scale's ends, shared by bars that are compared. */
  from: number;
  to: number;
  label: string;
}

/** The scale of the bars above it: both ends in their units, and where zero is. */
export function IntervalAxis({ from, to, format }: { from: number; to: number; format: (value: number) => string }) {
  const isCrossed = from < 0 && to > 0;
  const zero = ((0 - from) / (to - from || 1)) * 100;
  return (
    <span aria-hidden data-axis className="num @container relative flex h-4 w-full min-w-20 justify-between gap-2 text-[0.6875rem] leading-4 text-ink-3">
      <span>{format(from)}</span>
      {isCrossed && zero > 12 && zero < 88 ? (
        <span className={`absolute -translate-x-1/2 ${zero > 30 && zero < 70 ? "" : "hidden @sm:block"}`} style={{ left: `${zero}%` }}>0</span>
      ) : null}
      <span>{format(to)}</span>
    </span>
  );
}

/** An estimate with its interval on a line; zero is marked when the line crosses it. */
export function IntervalBar({ interval, point, other, from, to, label }: IntervalBarProps) {
  const at = (value: number): string => `${Math.min(100, Math.max(0, ((value - from) / (to - from || 1)) * 100))}%`;
  return (
    <div role="img" aria-label={label} title={label} className="drawn relative h-5 w-full min-w-20">
      <span className="absolute inset-x-0 top-1/2 h-px bg-line" />
      {from < 0 && to > 0 ? <span className="absolute inset-y-0.5 w-px bg-ink-3" data-zero style={{ left: at(0) }} /> : null}
      <span
        className="absolute top-1/2 h-1.5 -translate-y-1/2 rounded-full bg-accent/30"
        style={{ left: at(interval.low), right: `calc(100% - ${at(interval.high)})` }}
      />
      {other ? (
        <span title={other.label} className="absolute top-1/2 h-4 w-0.5 -translate-1/2 bg-wait" style={{ left: at(other.value) }} />
      ) : null}
      <span className="absolute top-1/2 size-3 -translate-1/2 rounded-full border-2 border-surface bg-accent" style={{ left: at(point) }} />
    </div>
  );
}
