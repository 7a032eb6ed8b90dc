import { CircleCheck, CircleX } from "lucide-react";
import { Fact, Section } from "@/components/basics/section";
import { formatCount, formatDayAndYear } from "@/lib/format";
import type { DroppedCheck } from "@/lib/types";

type Check = DroppedCheck["check"];

/** What a run would make of the files: taken or refused, and what is not taken as it is written. */
export function CheckReport({ check }: { check: Check }) {
  return (
    <Section id="check" title="What is understood">
      {check.accepted ? (
        <p className="flex items-start gap-2 text-[0.8125rem] font-medium text-ok">
          <CircleCheck aria-hidden size={16} className="mt-0.5 shrink-0" /> These sales can be sensed.
        </p>
      ) : (
        <p role="alert" className="flex items-start gap-2 text-[0.8125rem] font-medium break-words text-bad">
          <CircleX aria-hidden size={16} className="mt-0.5 shrink-0" /> <span className="min-w-0">Refused: {check.problem}</span>
        </p>
      )}
      {check.accepted ? <Figures check={check} /> : null}
      {check.files?.length ? (
        <p className="num mt-3 text-xs text-ink-3">
          {check.files.map((file) => `${file.file}: ${formatCount(file.rows)} rows of ${file.table} (${file.read_as})`).join("; ")}
        </p>
      ) : null}
      {check.settled?.length ? (
        <>
          <h3 className="label mt-4 mb-1">Settled by the data</h3>
          <ul className="list-disc pl-5 text-[0.8125rem] text-ink-2">{check.settled.map((said) => <li key={said}>{said}</li>)}</ul>
        </>
      ) : null}
      {check.not_as_written?.length ? (
        <>
          <h3 className="label mt-4 mb-1">Not taken as written</h3>
          <ul className="flex flex-col gap-2 text-[0.8125rem]">
            {check.not_as_written.map((entry) => (
              <li key={entry.kind + entry.said}>
                <span className="num font-medium">
                  {formatCount(entry.rows)} {entry.rows === 1 ? "row" : "rows"}, {formatCount(entry.units)} units, {entry.fate}
                </span>
                : {entry.said}
                <ul className="num mt-0.5 text-xs break-words text-ink-3">
                  {entry.examples.map((one) => <li key={one.where + one.text}>{one.where}: {one.text}</li>)}
                </ul>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  );
}

function Figures({ check }: { check: Check }) {
  const named = (names: string[] | undefined): string => {
    const all = names ?? [];
    return all.length > 6 ? `${all.slice(0, 6).join(", ")} and ${formatCount(all.length - 6)} more` : all.join(", ");
  };
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-6 gap-y-2 sm:grid-cols-3">
      <Fact label="Rows used" value={`${formatCount(check.rows_used)} of ${formatCount(check.rows)}`} />
      <Fact label="Units" value={formatCount(check.units_used)} />
      <Fact label="Days" value={`${formatDayAndYear(check.first_day)} to ${formatDayAndYear(check.last_day)}`} />
      <Fact label={`${check.stores?.length ?? 0} stores`} value={named(check.stores)} />
      <Fact label={`${check.regions?.length ?? 0} regions`} value={named(check.regions)} />
      <Fact label={`${check.categories?.length ?? 0} categories`} value={named(check.categories)} />
    </dl>
  );
}
