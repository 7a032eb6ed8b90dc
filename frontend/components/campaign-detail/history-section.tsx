"use client";

import Link from "next/link";
import { Section } from "@/components/basics/section";
import { Loading } from "@/components/basics/states";
import { RunTimeline } from "@/components/run-timeline/run-timeline";
import { useLive, useThread } from "@/lib/live";
import { useRouter } from "next/navigation";

/** The steps this campaign went through; each leads to its inside on the live page. */
export function HistorySection({ campaignId }: { campaignId: string }) {
  const { thread, isReading } = useThread(campaignId);
  const synced = useLive((live) => live.synced);
  const router = useRouter();
  return (
    <Section id="history" title="History of steps" padded={false} aside={<Link className="text-xs text-accent hover:underline" href={`/steps?campaign=${campaignId}`}>Open in Steps</Link>}>
      {thread ? (
        <RunTimeline thread={thread} selectedTask={null} onSelect={(task) => router.push(`/steps?campaign=${campaignId}&step=${task}`)} />
      ) : synced && !isReading ? (
        <p className="p-4 text-[0.8125rem] text-ink-2">Its events are no longer kept.</p>
      ) : (
        <Loading label="the steps" />
      )}
    </Section>
  );
}
