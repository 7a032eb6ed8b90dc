import { Badge } from "@/components/basics/badge";
import { Fact, Section } from "@/components/basics/section";
import { Term } from "@/components/basics/term";
import { IntervalAxis, IntervalBar } from "@/components/interval-bar";
import { channelName, formatChange, formatInterval, formatPercent, formatPounds, formatSigned, sentence } from "@/lib/format";
import type { CampaignPlan, Lesson, PerformanceReport } from "@/lib/types";
import { Lightbulb } from "lucide-react";

/** Predicted against actual, on one scale. */
export function OutcomeSection({ plan, report }: { plan: CampaignPlan; report: PerformanceReport }) {
  const ends = [plan.roi_interval.low, plan.roi_interval.high, report.roi_interval.low, report.roi_interval.high, 0];
  const [from, to] = [Math.min(...ends) - 0.1, Math.max(...ends) + 0.1];
  return (
    <Section id="outcome" title="What it sold, against what was predicted" aside={report.is_final ? null : <span className="chip tone-wait">Not final</span>}>
      {report.lift.is_measured ? (
        <p className="mb-3 font-medium">
          {formatPounds(report.spend)} of ads sold {formatPounds(report.lift.incremental_sales)} more {plan.category} than would have been sold without them.
        </p>
      ) : null}
      <dl className="mb-4 grid grid-cols-2 gap-x-6 gap-y-3 border-b pb-4 sm:grid-cols-4">
        <Fact label="Incremental sales" value={formatPounds(report.lift.incremental_sales)} note={formatInterval(report.lift.interval, formatPounds)} />
        <Fact label="Spend" value={formatPounds(report.spend)} />
        <Fact label="ROI" value={formatSigned(report.roi)} note={`predicted ${formatSigned(plan.predicted_roi)}`} />
        <Fact label="Claimed sales" value={formatPounds(claimed(report))} note="the platform’s own count, not what the ads caused" />
      </dl>
      <h3 className="label mb-1.5"><Term>Return on margin (ROI)</Term>: incremental margin ÷ spend − 1. Dot: the ROI; bar: its {formatPercent(report.roi_interval.level)} interval</h3>
      <div className="grid grid-cols-[5rem_3.25rem_minmax(0,1fr)] items-center gap-x-3 gap-y-2 text-[0.8125rem]">
        {[["Predicted", plan.predicted_roi, plan.roi_interval] as const, ["Measured", report.roi, report.roi_interval] as const].map(([label, value, interval]) => (
          <div key={label} className="contents">
            <span className="text-ink-2">{label}</span>
            <span className="num text-right font-semibold">{formatSigned(value)}</span>
            <IntervalBar interval={interval} point={value} from={from} to={to} label={`${label} ROI ${formatSigned(value)}, ${formatInterval(interval, formatSigned)}`} />
          </div>
        ))}
        <span className="col-start-3"><IntervalAxis from={from} to={to} format={formatSigned} /></span>
      </div>
      <Measured lift={report.lift} />
    </Section>
  );
}

const claimed = ({ channels }: PerformanceReport): number => channels.reduce((sum, { conversion_value }) => sum + conversion_value, 0);
const share = (value: number): string => formatChange(value, 1);

/** How it was measured: in plain words for everybody, by the method's name for whom it concerns. */
function Measured({ lift: { treated_stores, control_stores, placebo, method, why, is_measured } }: { lift: PerformanceReport["lift"] }) {
  return (
    <div className="mt-3 text-xs text-ink-3">
      {is_measured ? (
        <p>
          {treated_stores} stores saw the ads and {control_stores} did not. What the first sold more, each beside its own weeks before, is what the ads sold.
          {placebo ? ` As a check, the same sum over the ${placebo.days} days before, without any ads, should find nothing: it finds ${share(placebo.lift)} (${formatInterval(placebo.interval, share)}).` : ""}
        </p>
      ) : (
        <p>It could not be measured: {method}.</p>
      )}
      {is_measured ? (
        <details className="mt-1">
          <summary className="tap cursor-pointer font-medium text-accent">How it was measured</summary>
          <p className="mt-1">{sentence(`${method}${why ? `, because ${why}` : ""}`)}</p>
        </details>
      ) : null}
    </div>
  );
}

/** A belief is a normal distribution: this many standard deviations to both sides hold 80 % of it, as every interval here does. */
const EIGHTY = 1.2816;

/** One scale for all rows, with zero on it, so that their dots can be compared. */
export function beliefScale(changes: Lesson["changes"]): [from: number, to: number] {
  const ends = changes.flatMap(({ before_mean: before, after_mean: after, after_sd }) => [before, after - EIGHTY * after_sd, after + EIGHTY * after_sd]);
  return [Math.min(0, ...ends), Math.max(0.01, ...ends)];
}

/** What was learned, and how the beliefs moved. */
export function LessonSection({ lesson }: { lesson: Lesson }) {
  const [from, to] = beliefScale(lesson.changes);
  return (
    <Section
      id="lesson" title="The lesson"
      aside={lesson.withdrawn ? <Badge shown={{ label: "Withdrawn", tone: "idle", icon: Lightbulb }} /> : <span className="text-xs text-ink-3">{lesson.next_step === "stop" ? "No flight follows" : "Another flight is planned"}</span>}
    >
      <p className="font-medium">{lesson.statement}</p>
      <h3 className="label mt-4 mb-1.5">The most each channel is thought to add to sales, before this campaign and after it</h3>
      <ul className="flex flex-col gap-1">
        {lesson.changes.map((change) => {
          const channel = channelName(change.cell.split("|")[0] ?? change.cell);
          const interval = { low: change.after_mean - EIGHTY * change.after_sd, high: change.after_mean + EIGHTY * change.after_sd, level: 0.8 };
          return (
            <li key={change.cell} className="grid grid-cols-[7rem_minmax(0,1fr)_6.75rem] sm:grid-cols-[8rem_minmax(0,1fr)_7.5rem] items-center gap-3 text-[0.8125rem]">
              <span>{channel}</span>
              <IntervalBar
                interval={interval} point={change.after_mean} other={{ value: change.before_mean, label: `Before: ${formatPercent(change.before_mean, 1)}` }}
                from={from} to={to} label={`${channel}: ${formatPercent(change.before_mean, 1)} before, ${formatPercent(change.after_mean, 1)} after`}
              />
              <span className="num text-right text-xs text-ink-2">{formatPercent(change.before_mean, 1)} → <strong className="text-ink">{formatPercent(change.after_mean, 1)}</strong></span>
            </li>
          );
        })}
        <li aria-hidden className="grid grid-cols-[7rem_minmax(0,1fr)_6.75rem] gap-3 sm:grid-cols-[8rem_minmax(0,1fr)_7.5rem]">
          <span className="col-start-2"><IntervalAxis from={from} to={to} format={(value) => formatPercent(value, 1)} /></span>
        </li>
      </ul>
      <p className="drawn mt-3 text-xs text-ink-3">
        <span aria-hidden className="mr-1 inline-block h-3 w-0.5 bg-wait align-[-2px]" /> before{" "}
        <span aria-hidden className="mr-1 ml-2 inline-block size-2 rounded-full bg-accent" /> after{" "}
        <span aria-hidden className="mr-1 ml-2 inline-block h-1.5 w-4 rounded-full bg-accent/30 align-[2px]" /> 80% interval
      </p>
    </Section>
  );
}
