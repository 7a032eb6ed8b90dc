"use client";

import Link from "next/link";
import { Badge } from "@/components/basics/badge";
import { Quiet } from "@/components/basics/quiet";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { FaultOf } from "@/components/running/fault";
import { formatDayShort, formatPounds, formatSigned, sentence } from "@/lib/format";
import { useCampaigns, useLiveWorld, useNewestLessons } from "@/lib/queries";
import { statusOf } from "@/lib/status";
import type { CampaignRecord, Lesson } from "@/lib/types";

const SHOWN = 6;
/** What failed is seen to, what ran has taught; what never ran comes last, however new. */
const rank = ({ status }: CampaignRecord): number => (status === "FAILED" ? 0 : ["COMPLETED", "CANCELED"].includes(status) ? 1 : 2);
const UNDER_WAY = ["SENSING", "PLANNED", "AWAITING_APPROVAL", "ACTIVE"];

/** What a lesson says beyond the campaign and the two returns that stand above it. */
export const taughtWords = (statement: string): string => sentence(statement.replace(/^.*?: ROI predicted [^,;]+, measured \S+ \((.*)\);/, "$1;"));

/** What became of one that no lesson tells of: what it spent; or that what it was to cost was never booked; or what sensing says of it. */
export function endedWords({ status, planned, spent, headline }: Pick<CampaignRecord, "status" | "planned" | "spent" | "headline">): string {
  if (spent || ["COMPLETED", "CANCELED"].includes(status)) return `${formatPounds(spent)} of ${formatPounds(planned)} spent`;
  if (planned) return `${formatPounds(planned)} was planned, nothing was booked`;
  return headline ?? "Sensing found nothing to act on.";
}

export const useTaught = () => useNewestLessons(4 * SHOWN);

/** The campaigns that ended: those that failed, those that ran, the others, the newest of each first; what each earned beside what was predicted, and what it taught. */
export function Finished() {
  const campaigns = useCampaigns();
  const lessons = useTaught();
  const live = useLiveWorld();
  const ended = campaigns.data?.items
    .filter(({ world_id, status }) => world_id === live && !UNDER_WAY.includes(status))
    .sort((a, b) => rank(a) - rank(b) || b.updated_at.localeCompare(a.updated_at))
    .slice(0, SHOWN);
  const failed = [campaigns, lessons].find((asked) => asked.isError && !asked.data);
  return (
    <Section
      id="finished" title="Finished, and what it taught" padded={false}
      aside={<Link href="/learning" className="tap text-xs font-medium text-accent hover:underline">Learning</Link>}
    >
      {failed?.error ? (
        <ErrorState error={failed.error} retry={() => void failed.refetch()} />
      ) : !ended || !lessons.data ? (
        <Loading label="what finished" rows={5} isTall />
      ) : ended.length ? (
        <ul className="divide-y" aria-label="Finished: what failed, what ran, what did not run">
          {ended.map((one) => (
            <Row key={one.id} campaign={one} lesson={lessons.data.items.find((lesson) => lesson.campaign_id === one.id && !lesson.withdrawn)} />
          ))}
        </ul>
      ) : (
        <Quiet>Nothing has finished yet. A flight is measured against its held-out stores the day after it ends, and its lesson stands here.</Quiet>
      )}
    </Section>
  );
}

function Row({ campaign, lesson }: { campaign: CampaignRecord; lesson: Lesson | undefined }) {
  return (
    <li className="relative px-4 py-2.5 hover:bg-raised">
      <p className="flex items-center justify-between gap-3">
        <Link href={`/campaigns?id=${campaign.id}`} className="min-w-0 truncate text-[0.8125rem] font-medium after:absolute after:inset-0">
          {campaign.called}
        </Link>
        <Badge shown={statusOf(campaign.status)} />
      </p>
      {lesson ? (
        <>
          <p className="num mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-3">
            <span>ROI <strong className="font-semibold text-ink">{formatSigned(lesson.actual_roi)}</strong> measured, {formatSigned(lesson.predicted_roi)} predicted</span>
            <span>{formatPounds(campaign.spent)} spent</span>
            <span className="ml-auto">{formatDayShort(lesson.learned_on)}</span>
          </p>
          <p className="mt-1 text-xs text-pretty text-ink-2">{taughtWords(lesson.statement)}</p>
        </>
      ) : campaign.fault ? (
        <div className="mt-0.5 text-xs text-bad"><FaultOf campaign={campaign} /></div>
      ) : (
        <p className="mt-0.5 flex gap-3 text-xs text-ink-2">
          <span className="line-clamp-2 flex-1">{endedWords(campaign)}</span>
          <span className="num shrink-0 text-ink-3">{formatDayShort(campaign.detected_on)}</span>
        </p>
      )}
    </li>
  );
}
