/** What compliance says of the ads at the gate, and of which it must hear again. */

import { channelName, ruleName } from "@/lib/format";
import type { Creative, Finding } from "@/lib/types";
import { COPY_FIELDS, type Draft } from "./draft";

/** As the question brings it, of the server: whose own words the rules refer. */
export interface SecondApproval {
  written_by: string;
  reason: string;
}

/** The question's own findings, which are those that did not pass, and the passes on record for these ads and the plan. */
export function findingsAtTheGate(asked: Finding[], recorded: Finding[], creatives: Creative[]): Finding[] {
  const known = new Set(asked.map((finding) => finding.id));
  const ads = new Set(creatives.map((creative) => creative.id));
  const passed = recorded.filter(
    ({ id, outcome, creative_id }) => outcome === "pass" && !known.has(id) && (!creative_id || ads.has(creative_id)),
  );
  return [...asked, ...passed];
}

/** What fails, by the ad it fails in; what fails in no ad stands under "". */
export function failuresByAd(findings: Finding[]): Map<string, Finding[]> {
  const failures = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.outcome !== "fail") continue;
    const ad = finding.creative_id ?? "";
    failures.set(ad, [...(failures.get(ad) ?? []), finding]);
  }
  return failures;
}

export function isReworded(draft: Draft, creative: Creative): boolean {
  const copy = draft.copy[creative.id];
  return copy !== undefined && COPY_FIELDS.some((field) => copy[field].trim() !== creative[field]);
}

/** The failing ads nobody has reworded yet: as long as there are any the server refuses an approval. */
export const stillFailing = (draft: Draft, creatives: Creative[], failures: Map<string, Finding[]>): Creative[] =>
  creatives.filter((creative) => failures.has(creative.id) && !isReworded(draft, creative));

/** What an approval in that name would be refused with; null where they may. A name is the same however it is capitalised. */
export const ownReferral = (secondApproval: SecondApproval[], name: string): string | null =>
  secondApproval.find((one) => one.written_by.toLowerCase() === name.trim().toLowerCase())?.reason ?? null;

/** The banner's words: 1 ad fails health.disease. */
export function failureWords(creatives: Creative[], failures: Map<string, Finding[]>): string {
  const ads = creatives.filter((creative) => failures.has(creative.id));
  const rules = [...new Set([...failures.values()].flat().map(ruleName))];
  const who = ads.length === 0 ? "The plan fails" : ads.length === 1 ? "1 ad fails" : `${ads.length} ads fail`;
  const where = ads.length ? ` (${ads.map((ad) => channelName(ad.channel)).join(", ")})` : "";
  return `${who} ${rules.join(", ")}${where}`;
}
