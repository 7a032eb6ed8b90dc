/** Scales and paths: data in, SVG out. */

export type Point = readonly [x: number, y: number];
export type Scale = (value: number) => number;

export function linear(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

/** Width or height of something drawn from one place to another, whichever comes first: SVG knows no negative one. */
export const extent = (from: number, to: number): number => Math.max(0, to - from);

/** The ends of what is known; 0 to 1 where nothing is. */
export function endsOf(values: readonly (number | null)[]): [low: number, high: number] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  return known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
}

/** About `count` round values that span the data. */
export function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw) ?? raw;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, index) => first + index * step);
}

/** A line through what is known; it breaks where a day is missing. */
export function linePath(values: readonly (number | null)[], x: Scale, y: Scale): string {
  let isDown = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isDown = false;
        return "";
      }
      const move = isDown ? "L" : "M";
      isDown = true;
      return `${move}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join("");
}

/** The area between two lines, over the days on which both are known. */
export function bandPath(low: readonly (number | null)[], high: readonly (number | null)[], x: Scale, y: Scale): string {
  const upper: string[] = [];
  const lower: string[] = [];
  high.forEach((top, index) => {
    const bottom = low[index];
    if (top === null || bottom === null || bottom === undefined) return;
    upper.push(`${x(index).toFixed(1)} ${y(top).toFixed(1)}`);
    lower.unshift(`${x(index).toFixed(1)} ${y(bottom).toFixed(1)}`);
  });
  return upper.length ? `M${[...upper, ...lower].join("L")}Z` : "";
}

/** How strong the colour of one of several parts is, the first the strongest: no two are alike, however many there are. */
export const shadeOf = (at: number, parts: number): number => 1 - (0.7 * at) / Math.max(parts - 1, 1);
