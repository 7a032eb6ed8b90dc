import { Badge } from "@/components/basics/badge";
import { FINDING } from "@/lib/status";
import type { Creative, Finding } from "@/lib/types";
import { channelName, ruleName } from "@/lib/format";

/** What each rule says, with the law or code it comes from. What did not pass stands first, and beside it no pass is green. */
export function FindingsList({ findings, creatives }: { findings: Finding[]; creatives: Creative[] }) {
  const channels = new Map(creatives.map((creative) => [creative.id, channelName(creative.channel)]));
  const open = findings.filter((finding) => finding.outcome !== "pass");
  const objecting = new Set(open.map((finding) => finding.rule_id));
  const passed = groupByRule(findings.filter((finding) => finding.outcome === "pass" && !objecting.has(finding.rule_id)));
  return (
    <div className="wrap-anywhere">
      {open.length ? (
        <ul className="divide-y">
          {open.map((finding) => (
            <li key={finding.id} className="px-4 py-3">
              <p className="flex flex-wrap items-center gap-2 text-[0.8125rem]">
                <Badge shown={FINDING[finding.outcome]} />
                <span className="font-medium">{finding.evidence}</span>
              </p>
              <p className="mt-1 text-xs text-ink-2">
                {finding.source} · {channels.get(finding.creative_id ?? "") ?? "The plan"} · {ruleName(finding)}
              </p>
              <p className="mt-1 text-xs text-ink-2">To pass: {finding.remedy}.</p>
            </li>
          ))}
        </ul>
      ) : null}
      {passed.length ? (
        <details className={open.length ? "border-t" : ""}>
          <summary className="flex cursor-pointer items-center gap-2 px-4 py-2.5 text-[0.8125rem]">
            {open.length
              ? <span className="text-xs text-ink-2">{passed.length} other rules had nothing to object</span>
              : <Badge shown={FINDING.pass} label={`${passed.length} rules passed`} />}
            <span className="text-xs text-ink-3">show what was checked</span>
          </summary>
          <ul className="divide-y border-t">
            {passed.map(({ rule, count, source, evidence }) => (
              <li key={rule} className="px-4 py-2 text-xs">
                <p className="font-medium">
                  {evidence} <span className="num font-normal text-ink-3">×{count}</span>
                </p>
                <p className="mt-0.5 text-ink-3">{source} · rule {rule}</p>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

function groupByRule(findings: Finding[]): { rule: string; count: number; source: string; evidence: string }[] {
  const rules = new Map<string, Finding[]>();
  for (const finding of findings) rules.set(finding.rule_id, [...(rules.get(finding.rule_id) ?? []), finding]);
  return [...rules].map(([rule, all]) => ({
    rule, count: all.length, source: all[0]?.source ?? "", evidence: (all[0]?.evidence ?? "").split(": ")[0] ?? "",
  }));
}
