"use client";

import { Radar } from "lucide-react";
import Link from "next/link";
import { useMemo, useRef } from "react";
import { Badge, ProvenanceTag } from "@/components/basics/badge";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { Tabs } from "@/components/basics/tabs";
import { CampaignGraph } from "@/components/campaign-graph/campaign-graph";
import { StepsTable } from "@/components/campaign-graph/steps-table";
import { CampaignPicker } from "@/components/campaign-picker";
import { EventFeed } from "@/components/event-feed";
import { RunTimeline } from "@/components/run-timeline/run-timeline";
import { StepPanel } from "@/components/step-panel/step-panel";
import { activeStep, type Thread } from "@/lib/events/thread";
import { campaignsInOrder, campaignToFollow, threadStatus } from "@/lib/events/threads-in-order";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useLive, useThread } from "@/lib/live";
import { useGraph } from "@/lib/queries";
import { statusOf } from "@/lib/status";

/** The loop as it thinks: the graph, the steps in time, and what each did. */
export function LiveLoop() {
  const threads = useLive((live) => live.threads);
  const isSynced = useLive((live) => live.synced);
  const graph = useGraph();
  const url = useUrlState();
  const inOrder = useMemo(() => campaignsInOrder(threads), [threads]);
  const { thread: asked, isReading } = useThread(url.get("campaign"));
  const synced = isSynced && !isReading;
  const thread = asked ?? (isReading ? null : campaignToFollow(inOrder));
  const chosen = thread?.steps.find((step) => step.taskId === url.get("step"));
  const step = chosen ?? (thread ? (activeStep(thread) ?? thread.steps.at(-1)) : undefined);
  const panel = useRef<HTMLDivElement>(null);
  const select = (taskId: string): void => {
    url.set({ campaign: thread?.id ?? null, step: taskId });
    // Where the panel stands below the graph and not beside it, it is brought into sight.
    const isBelow = (panel.current?.getBoundingClientRect().top ?? 0) > window.innerHeight * 0.8;
    if (isBelow) panel.current?.scrollIntoView({ block: "start" });
  };

  if (graph.isError) return <div className="card"><ErrorState error={graph.error} retry={() => void graph.refetch()} /></div>;
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_21rem] min-[87.5rem]:grid-cols-[minmax(0,1fr)_23.5rem]">
      <div className="flex min-w-0 flex-col gap-4">
        <section className="card min-w-0" aria-labelledby="followed">
          <Following thread={thread} />
          <div className="px-3 pb-3 sm:px-4">
            {graph.data ? (
              <CampaignGraph graph={graph.data} thread={thread} selectedTask={step?.taskId ?? null} onSelect={select} />
            ) : (
              <div className="skeleton my-4 aspect-[850/334]" />
            )}
          </div>
        </section>
        <section className="card min-w-0" aria-label="What happened">
          {thread && graph.data ? (
            <Tabs
              label="What happened" padded={false}
              tabs={[
                { key: "timeline", label: "Timeline", content: <RunTimeline thread={thread} selectedTask={step?.taskId ?? null} onSelect={select} /> },
                { key: "table", label: "Nodes as a table", content: <StepsTable graph={graph.data} thread={thread} /> },
                { key: "events", label: `Events ${thread.events.length}`, content: <EventFeed events={thread.events} /> },
              ]}
            />
          ) : (
            <Waiting synced={synced} />
          )}
        </section>
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <section className="card" aria-labelledby="campaigns-title">
          <h2 id="campaigns-title" className="card-title border-b px-4 py-2.5">Campaigns</h2>
          {inOrder.length ? (
            <CampaignPicker threads={inOrder} selected={thread?.id ?? null} onSelect={(id) => url.set({ campaign: id, step: null })} />
          ) : (
            <Waiting synced={synced} />
          )}
        </section>
        <div ref={panel} className="card min-w-0 scroll-mt-16">
          {thread && step ? <StepPanel thread={thread} step={step} /> : <Waiting synced={synced} />}
        </div>
      </div>
    </div>
  );
}

function Waiting({ synced }: { synced: boolean }) {
  if (!synced) return <Loading label="the events" />;
  return (
    <EmptyState icon={Radar} title="No campaign yet">
      Trigger a scenario above, for example heavy rain, and watch the loop take it up.
    </EmptyState>
  );
}

function Following({ thread }: { thread: Thread | null }) {
  return (
    <header className="flex min-h-17 flex-wrap items-start gap-x-3 gap-y-1.5 px-4 pt-3.5">
      <div className="min-w-0 flex-1 basis-80">
        <h1 id="followed" className="text-[0.9375rem] leading-snug font-semibold text-pretty">
          {thread ? thread.headline || "Sensing the day" : "The campaign loop"}
        </h1>
        <p className="mt-0.5 text-xs text-ink-3">
          {thread ? (
            <>
              <Link className="text-accent hover:underline" href={`/campaigns?id=${thread.id}`}>Open the campaign</Link>
              {thread.question?.node === "approval" ? (
                <>
                  {" · "}
                  <Link className="font-medium text-wait hover:underline" href={`/approvals?id=${thread.id}`}>Decide now</Link>
                </>
              ) : null}
            </>
          ) : (
            "Sensing, strategy, creative, compliance, approval, booking, measurement, learning"
          )}
        </p>
      </div>
      {thread ? (
        <span className="flex items-center gap-2">
          <ProvenanceTag kind="simulated" />
          <Badge shown={statusOf(threadStatus(thread))} />
        </span>
      ) : null}
    </header>
  );
}
