import { Badge } from "@/components/basics/badge";
import { ruleName, sentence, visible } from "@/lib/format";
import { FINDING } from "@/lib/status";
import type { Verdict } from "@/lib/types";

/** What compliance would say of an answer. */
export function AnswerVerdict({ verdict }: { verdict: Verdict }) {
  return (
    <div data-verdict={verdict.outcome} className="mt-3 border-t pt-2.5 text-xs">
      <p className="flex flex-wrap items-center gap-2">
        <Badge shown={FINDING[verdict.outcome]} />
        <span className="font-medium wrap-anywhere">{visible(verdict.summary)}</span>
      </p>
      <ul>
        {verdict.rulings.map((ruling) => (
          <li key={ruling.rule_id} className="mt-1.5 text-ink-2">
            <span className="font-medium text-ink" title={ruling.rule_id}>{ruleName(ruling)}</span>: <bdi>{visible(ruling.evidence)}</bdi>. To pass: {sentence(ruling.remedy)}
          </li>
        ))}
      </ul>
    </div>
  );
}
