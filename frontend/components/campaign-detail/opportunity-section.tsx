import { ProvenanceTag } from "@/components/basics/badge";
import { Section } from "@/components/basics/section";
import { Term } from "@/components/basics/term";
import { causeName, formatChange, formatDay, formatNumber } from "@/lib/format";
import type { Opportunity } from "@/lib/types";

/** What moved, why, and on what evidence: in words. */
export function OpportunitySection({ opportunity }: { opportunity: Opportunity }) {
  const { diagnosis } = opportunity;
  return (
    <Section id="opportunity" title="Why: what was seen, and what caused it" aside={<span className="text-xs text-ink-3">{formatDay(opportunity.detected_on)}</span>}>
      <p className="font-medium">{diagnosis.advice}</p>
      <p className="mt-1 text-[0.8125rem] text-ink-2">
        {diagnosis.advertisable ? "Advertising can help." : "Not a case for advertising."} Main cause: {causeName(diagnosis.cause).toLowerCase()}. {" "}
        {opportunity.expected_change == null
          ? `Sales ${formatChange(opportunity.sales_change)} against what was expected`
          : `The forecast should move sales by ${formatChange(opportunity.expected_change)}`}: <Term of="Score">{`a score of ${formatNumber(Math.abs(opportunity.robust_z), 1)}`}</Term>, where 3 is enough to stand out from chance.
      </p>
      <h3 className="label mt-4 mb-1.5">What moved sales, and by how much</h3>
      <Contributions opportunity={opportunity} />
      <h3 className="label mt-4 mb-1.5">Evidence</h3>
      <EvidenceList opportunity={opportunity} />
    </Section>
  );
}

/** What speaks for it, each with whether it is real. */
export function EvidenceList({ opportunity }: { opportunity: Opportunity }) {
  return (
    <ul className="flex flex-col gap-1.5">
      {opportunity.evidence.map((evidence) => (
        <li key={evidence.statement} className="flex items-start justify-between gap-3 text-[0.8125rem]">
          <span className="min-w-0 wrap-anywhere">{evidence.statement}</span>
          <ProvenanceTag kind={evidence.provenance} />
        </li>
      ))}
    </ul>
  );
}

/** A part's words without the figure that stands beside them (under a name like *Search interest* it reads as how much more was
 * searched, which it is not) and without the name above them. */
export function besideItsFigure({ cause, statement }: Pick<Opportunity["diagnosis"]["contributions"][number], "cause" | "statement">): string {
  const told = statement.replace(/: [+\u2212]?[\d.]+%(?= \(|$)/, "");
  const name = causeName(cause);
  if (told === name) return "";
  const rest = told.startsWith(`${name} (`) ? told.slice(name.length + 1).replace(/^\(([^)]*)\)/, "$1") : told;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Each cause's part as a bar from zero, left for less and right for more. */
export function Contributions({ opportunity }: { opportunity: Opportunity }) {
  const parts = opportunity.diagnosis.contributions;
  const largest = Math.max(...parts.map((part) => Math.abs(part.log_effect)), 0.01);
  return (
    <ul className="flex flex-col gap-2">
      {parts.map((part) => {
        const share = (Math.abs(part.log_effect) / largest) * 50;
        return (
          <li key={part.cause}>
            <div className="grid grid-cols-[5.5rem_minmax(0,1fr)_3.75rem] items-center gap-3 text-[0.8125rem]">
              <span className="font-medium">{causeName(part.cause)}</span>
              <span aria-hidden className="relative h-2 rounded-sm bg-idle-soft">
                <span
                  className={`absolute inset-y-0 rounded-sm ${part.log_effect < 0 ? "bg-bad/80" : "bg-ok/80"}`}
                  style={part.log_effect < 0 ? { right: "50%", width: `${share}%` } : { left: "50%", width: `${share}%` }}
                />
                <span className="absolute -inset-y-0.5 left-1/2 w-px bg-ink-3" />
              </span>
              <span className="num text-right">{formatChange(Math.expm1(part.log_effect), 1)}</span>
            </div>
            <p className="text-xs text-ink-3">{besideItsFigure(part)}</p>
          </li>
        );
      })}
    </ul>
  );
}
