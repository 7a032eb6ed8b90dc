/** Numbers, money and dates as a British media team writes them. Every formatter answers "–" to nothing. */

import { CHANNELS } from "@/generated/channels";
import type { Interval } from "./types";

const NOTHING = "–";
type Maybe<T> = T | null | undefined;

const pounds = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP", maximumFractionDigits: 0 });
const pence = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP", minimumFractionDigits: 2 });
const short = new Intl.NumberFormat("en-GB", {
  style: "currency", currency: "GBP", notation: "compact", maximumSignificantDigits: 3,
});
/** A loss that rounds to nothing has no sign. */
const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0, signDisplay: "negative" });
const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
});
const dayShort = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const dayShortAndYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const moment = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function known(value: Maybe<number>): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

/** A real minus, as everywhere else. */
const minus = (text: string): string => text.replace("-", "−");

/** Whole pounds: £4,999. */
export const formatPounds = (value: Maybe<number>): string => (known(value) ? minus(pounds.format(value)) : NOTHING);
/** Pounds as closely as a forecast can mean them, three figures, as the server writes them in a sentence: £1,590. */
export const formatPoundsRounded = (value: Maybe<number>): string => formatPounds(known(value) ? Number(value.toPrecision(3)) : value);
/** Pounds and pence: £4,999.97. */
export const formatPence = (value: Maybe<number>): string => (known(value) ? minus(pence.format(value)) : NOTHING);
/** What a model costs, in US dollars: $1.20, and below a dollar as closely as tokens are priced, $0.0021. */
export function formatDollars(value: Maybe<number>): string {
  if (!known(value)) return NOTHING;
  if (value > 0 && value < 0.00005) return "less than $0.0001";
  return value === 0 ? "$0" : `$${value.toLocaleString("en-GB", { minimumFractionDigits: value >= 1 ? 2 : 4, maximumFractionDigits: value >= 1 ? 2 : 4 })}`;
}
/** Three figures: £24.5K. */
export const formatPoundsShort = (value: Maybe<number>): string => (known(value) ? minus(short.format(value)) : NOTHING);
export const formatCount = (value: Maybe<number>): string => (known(value) ? minus(whole.format(value)) : NOTHING);

export function formatNumber(value: Maybe<number>, digits = 2): string {
  if (!known(value)) return NOTHING;
  return minus(value.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

export function formatPercent(value: Maybe<number>, digits = 0): string {
  if (!known(value)) return NOTHING;
  return minus(value.toLocaleString("en-GB", { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }));
}

/** With its sign, and a real minus: +3%, −12%. */
export function formatChange(value: Maybe<number>, digits = 0): string {
  if (!known(value)) return NOTHING;
  const text = formatPercent(Math.abs(value), digits);
  const zero = formatPercent(0, digits);
  return text === zero ? text : `${value > 0 ? "+" : "−"}${text}`;
}

/** A signed ratio such as ROI: +0.82, −0.10. */
export function formatSigned(value: Maybe<number>, digits = 2): string {
  if (!known(value)) return NOTHING;
  const text = formatNumber(Math.abs(value), digits);
  return text === formatNumber(0, digits) ? text : `${value < 0 ? "−" : "+"}${text}`;
}

/** Margin a pound, £1.23, told as ROI as every other return is: +0.23. */
export const formatReturnAsRoi = (marginPerPound: Maybe<number>): string => (known(marginPerPound) ? formatSigned(marginPerPound - 1) : NOTHING);

/** British English abbreviates September alone to four letters, which no column is made for. */
const threeLetters = (date: string): string => date.replace("Sept", "Sep");

/** A world date, `2026-11-05`: Thu 5 Nov. */
export const formatDay = (value: Maybe<string>): string => (value ? threeLetters(day.format(new Date(value)).replace(",", "")) : NOTHING);
export const formatDayAndYear = (value: Maybe<string>): string =>
  value ? threeLetters(dayAndYear.format(new Date(value)).replace(",", "")) : NOTHING;
/** The same, with its year only where that is another one than `today`'s: Thu 5 Nov, Mon 3 Jul 2017. */
export const formatDayWithin = (value: Maybe<string>, today: Maybe<string>): string =>
  value && today && value.slice(0, 4) !== today.slice(0, 4) ? formatDayAndYear(value) : formatDay(value);
/** Where no room is for the weekday, and the year cannot be guessed: 3 Jul 2017. */
export const formatDayShortAndYear = (value: Maybe<string>): string => (value ? threeLetters(dayShortAndYear.format(new Date(value))) : NOTHING);
export const formatDayShort = (value: Maybe<string>): string => (value ? threeLetters(dayShort.format(new Date(value))) : NOTHING);
/** A flight, both ends included: 5 – 11 Nov. */
export const formatFlight = (start: string, end: string): string =>
  threeLetters(dayShort.formatRange(new Date(start), new Date(end)));
/** A moment on the reader's own clock: 15:58:26. */
export const formatClock = (value: Maybe<string | number>): string => (value ? clock.format(new Date(value)) : NOTHING);
/** A moment of this day on the reader's own clock: 15:58. */
export const formatTime = (value: Maybe<string | number>): string => (value ? time.format(new Date(value)) : NOTHING);
export const formatMoment = (value: Maybe<string | number>): string => (value ? threeLetters(moment.format(new Date(value))) : NOTHING);

export function formatRange(low: Maybe<number>, high: Maybe<number>, format: (value: number) => string): string {
  return known(low) && known(high) ? `${format(low)} to ${format(high)}` : NOTHING;
}

/** A range that says how sure it is: 80%: −0.55 to +1.68. */
export const formatInterval = (interval: Maybe<Interval>, format: (value: number) => string): string =>
  interval ? `${formatPercent(interval.level)}: ${formatRange(interval.low, interval.high, format)}` : NOTHING;

/** How long something took: 850 ms, 3.2 s, 4 min 05 s, 2 h 10 min. */
export function formatDuration(milliseconds: Maybe<number>): string {
  if (!known(milliseconds)) return NOTHING;
  if (milliseconds < 1) return "<1 ms";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How long somebody or something waited, to the nearest of what matters: 350 ms, 12 s, 4 min, 2 h 10 min, 3 days. */
export function formatWait(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const days = Math.round(minutes / (24 * 60));
  return `${days} ${days === 1 ? "day" : "days"}`;
}

/** Time left, as a clock counts it down: 1:40, 12:05; from an hour on in words. */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  if (left >= 3600) return `${Math.floor(left / 3600)} h ${Math.floor((left % 3600) / 60)} min`;
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** How old something is, in one unit: now, 12 s ago, 4 min ago. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 3) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

type ChannelRecord = (typeof CHANNELS)[keyof typeof CHANNELS];

/** What is known of a channel; null of one that this build does not know, as of a server that was extended since. */
export const channelRecord = (channel: string): ChannelRecord | null => isChannel(channel) ? CHANNELS[channel] : null;
const isChannel = (name: string): name is keyof typeof CHANNELS => Object.hasOwn(CHANNELS, name);

/** A channel's label; a name this build does not know, as words. */
export const channelName = (channel: string): string => channelRecord(channel)?.label ?? words(channel);

/** Words of the server as a sentence: a capital first, one full stop last. */
export function sentence(text: string): string {
  const plain = text.trim().replace(/\.+$/, "");
  const closed = /[!?…]$/.test(plain) || plain === "" ? plain : `${plain}.`;
  return closed.charAt(0).toUpperCase() + closed.slice(1);
}

/** An identifier as words: `lapsing_buyers` is Lapsing buyers. */
export function words(identifier: string): string {
  const text = identifier.replace(/[_-]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A category or a region as the shop writes it, `FOODS_1` and `Coca-Cola` too, with a capital first: so the server names campaigns. */
export const named = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** What moved sales, as a shopkeeper says it. */
export const causeName = (cause: string): string => (cause === "shock" ? "Whole shop" : words(cause));

/** A text with what nobody would see, or what turns the line round, shown by its number. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (hidden) => `[U+${hidden.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`);

/** A rule by its name; by its id where none was kept with what it said. */
export const ruleName = ({ title, rule_id }: { title?: string; rule_id: string }): string => title || rule_id;

/** What a campaign was sent back with, besides words. */
export function wishWords({ leave_out, at_most }: { leave_out?: string[]; at_most?: number | null }): string {
  const out = leave_out?.length ? ` Without ${leave_out.map(channelName).join(", ").toLowerCase()}.` : "";
  return `${out}${at_most == null ? "" : ` At most ${formatPence(at_most)}.`}`;
}
