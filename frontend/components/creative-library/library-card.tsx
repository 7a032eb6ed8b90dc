import Link from "next/link";
import { Badge } from "@/components/basics/badge";
import { Fact } from "@/components/basics/section";
import { CreativeCard, shapeOf } from "@/components/creative-card";
import { WorldTag } from "@/components/what-is-real";
import { channelName, formatCount, formatDayShort, formatMoment, formatPence, formatPercent, formatPounds, ruleName, sentence } from "@/lib/format";
import { FINDING, statusOf } from "@/lib/status";
import type { LibraryAd } from "@/lib/types";

const NEVER_BOOKED: string[] = ["LAPSED", "REJECTED", "REFUSED", "SHADOWED", "NOT_WORTH_SPENDING", "WAITING"];
const PART = { headline: "Headline", body: "Text", call_to_action: "Call to action" } as const;

/** One ad with its campaign, its words, the rules' verdict, what people changed of it and what it did. */
export function LibraryCard({ told }: { told: LibraryAd }) {
  const { creative, campaign, cycle, changes } = told;
  return (
    <CreativeCard creative={creative}>
      {shapeOf(creative.type) ? (
        <div className="mt-1.5">
          <p className="text-[0.8125rem] font-medium">{creative.headline}</p>
          <p className="mt-0.5 text-xs text-ink-2">{creative.body}</p>
          <p className="mt-0.5 text-xs text-ink-3">“{creative.call_to_action}”</p>
        </div>
      ) : null}
      <p className="mt-2.5 text-xs">
        <Link href={`/campaigns?id=${campaign.id}`} className="tap font-medium text-accent hover:underline" aria-label={`Campaign ${campaign.called}, ${channelName(creative.channel)} ad: ${creative.headline}`}>
          {campaign.called}{cycle !== null && cycle > 1 ? `, flight ${cycle}` : ""}
        </Link>
        {campaign.headline ? <span className="block text-pretty text-ink-2">{campaign.headline}</span> : null}
      </p>
      <p className="mt-2 flex flex-wrap items-center gap-1.5">
        <Badge shown={statusOf(campaign.status)} />
        <WorldTag world={campaign.world_id} />
        <Rules told={told} />
      </p>
      {changes.map((change) => (
        <details key={change.at} className="mt-2 text-xs">
          <summary className="tap cursor-pointer text-ink-2">Words changed by <bdi>{change.by}</bdi>, {formatMoment(change.at)}</summary>
          <dl className="mt-1 flex flex-col gap-1 border-l-2 pl-2">
            {change.words.map(({ part, before, after }) => (
              <div key={part}>
                <dt className="text-ink-3">{PART[part]}</dt>
                <dd><del className="text-ink-3">{before}</del> <ins className="no-underline">{after}</ins></dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
      <div className="mt-auto pt-3"><Results told={told} /></div>
    </CreativeCard>
  );
}

/** What the rules said when they last looked, and of what did not pass, why. */
function Rules({ told: { verdict, objections } }: { told: LibraryAd }) {
  if (verdict === null) return <span className="chip tone-idle">Not checked by the rules</span>;
  const label = { pass: "Passes the rules", refer: "A person must look", fail: "Fails the rules" }[verdict];
  return (
    <>
      <Badge shown={FINDING[verdict]} label={label} />
      {objections.map((one) => (
        <span key={one.rule_id} className="w-full text-xs text-ink-2">{ruleName(one)}: {sentence(one.evidence)}</span>
      ))}
    </>
  );
}

/** Why nothing is told of what an ad did. */
export function whyNoResults(status: LibraryAd["campaign"]["status"]): string {
  if (status === "ACTIVE") return "Nothing has been reported yet.";
  if (status === "AWAITING_APPROVAL" || status === "PLANNED") return "Not shown yet: its campaign is not booked.";
  if (NEVER_BOOKED.includes(status)) return "Never shown: its campaign was not booked.";
  return "There is no record that it was shown.";
}

function Results({ told: { results, creative, campaign } }: { told: LibraryAd }) {
  if (!results) {
    return <p className="border-t pt-2 text-xs text-ink-3">{whyNoResults(campaign.status)}</p>;
  }
  const { impressions, clicks, ctr, spend, attributed_sales, is_final, through } = results;
  return (
    <>
      <dl aria-label={`Results of the ${channelName(creative.channel)} ad`} className="grid grid-cols-3 gap-x-2 gap-y-2 border-t pt-2">
        <Fact label="Impressions" value={formatCount(impressions)} />
        <Fact label="Clicks" value={formatCount(clicks)} />
        <Fact label="CTR" value={formatPercent(ctr, 2)} note={clicks === null ? "cannot be clicked" : `of ${formatCount(impressions)}`} />
        <Fact label="Spend" value={formatPounds(spend)} title={formatPence(spend)} />
        <Fact label="Claimed sales" value={formatPounds(attributed_sales)} note="by the platform" />
      </dl>
      <p className="num mt-1.5 text-xs text-ink-3">{is_final ? "The whole flight" : through ? `To ${formatDayShort(through)}, in flight` : "In flight"}</p>
    </>
  );
}
