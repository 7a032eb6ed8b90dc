import Link from "next/link";
import { Section } from "@/components/basics/section";
import { CreativeCard } from "@/components/creative-card";
import type { CampaignPlan, Creative, Finding } from "@/lib/types";

interface CreativesSectionProps {
  creatives: Creative[];
  plan: CampaignPlan | undefined;
  findings: Finding[];
}

/** The ads in the order of the plan, in rows without a gap. */
export function CreativesSection({ creatives, plan, findings }: CreativesSectionProps) {
  const ordered = inPlanOrder(creatives, plan);
  const checked = new Set(findings.map((finding) => finding.creative_id));
  const bought = new Set(plan?.allocations.map((allocation) => allocation.channel));
  const unbought = plan?.verdict === "spend" ? creatives.filter((creative) => !bought.has(creative.channel)).length : 0;
  const unchecked = creatives.filter((creative) => !checked.has(creative.id)).length;
  return (
    <Section
      id="creatives" title="Creatives as the shopper sees them"
      aside={
        <span className="flex flex-wrap items-center gap-2">
          <Link href="/creatives" className="tap text-xs text-accent hover:underline">All ads and their results</Link>
          {unbought ? <span className="chip tone-idle" title="No budget is left on its channel">{unbought} not in the plan</span> : null}
          {unchecked ? <span className="chip tone-wait">{unchecked === creatives.length ? "Not checked by the rules" : `${unchecked} not checked by the rules`}</span> : null}
        </span>
      }
    >
      <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-6">
        {ordered.map((creative, index) => (
          <div key={creative.id} className={`grid min-w-0 ${spanOf(index, ordered.length)}`}>
            <CreativeCard creative={creative} />
          </div>
        ))}
      </div>
    </Section>
  );
}

export function inPlanOrder(creatives: Creative[], plan: CampaignPlan | undefined): Creative[] {
  const channels = plan?.allocations.map((allocation) => allocation.channel) ?? [];
  const place = (creative: Creative): number => {
    const at = channels.indexOf(creative.channel);
    return at < 0 ? channels.length : at;
  };
  return [...creatives].sort((a, b) => place(a) - place(b));
}

/** Of six columns: threes, and what is over in twos, so that no row has a hole. */
export function spanOf(index: number, count: number): string {
  const inTwos = count % 3 === 2 ? 2 : count % 3 === 1 ? Math.min(count, 4) : 0;
  const wide = count === 1 ? "xl:col-span-6" : index >= count - inTwos ? "xl:col-span-3" : "xl:col-span-2";
  return count % 2 && index === count - 1 ? `sm:max-xl:col-span-2 ${wide}` : wide;
}
