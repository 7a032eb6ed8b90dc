import { Contributions, EvidenceList } from "@/components/campaign-detail/opportunity-section";
import { causeName, formatChange } from "@/lib/format";
import type { Opportunity } from "@/lib/types";

/** Why there is a plan at all: what moved, by how much, and on what evidence. */
export function Evidence({ opportunity }: { opportunity: Opportunity }) {
  const { diagnosis, expected_change, sales_change } = opportunity;
  return (
    <section aria-labelledby="why-title" className="px-4 py-3">
      <h3 id="why-title" className="card-title">Why now</h3>
      <p className="mt-1.5 text-[0.8125rem] font-medium">{diagnosis.advice}</p>
      <p className="num mt-1 text-xs text-ink-2">
        {expected_change == null
          ? `Sales ${formatChange(sales_change)} against what was expected. `
          : `The forecast should move sales by ${formatChange(expected_change)}. `}
        Main cause: {causeName(diagnosis.cause).toLowerCase()}.
      </p>
      <h4 className="label mt-3 mb-1.5">What moved sales, and by how much</h4>
      <Contributions opportunity={opportunity} />
      <h4 className="label mt-3 mb-1.5">Evidence</h4>
      <EvidenceList opportunity={opportunity} />
    </section>
  );
}
