"use client";

import { Radar } from "lucide-react";
import Link from "next/link";
import { useCallback, useMemo, useRef } from "react";
import { Badge } from "@/components/basics/badge";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { Tabs } from "@/components/basics/tabs";
import { ScenarioMenu } from "@/components/world-controls/scenario-menu";
import { CampaignGraph } from "@/components/campaign-graph/campaign-graph";
import { StepsTable } from "@/components/campaign-graph/steps-table";
import { CampaignPicker } from "@/components/campaign-picker";
import { EventFeed } from "@/components/event-feed";
import { CampaignsTogether } from "@/components/run-timeline/campaigns-together";
import { RunTimeline } from "@/components/run-timeline/run-timeline";
import { StepPanel } from "@/components/step-panel/step-panel";
import { Imported, ImportedPast } from "./imported";
import { PastTree } from "./past-tree";
import { NeverHappened } from "@/components/never-happened";
import { WorldTag } from "@/components/what-is-real";
import { useMay } from "@/lib/caller";
import { outcomeOf, stepToShow, type Thread } from "@/lib/events/thread";
import { shownOf } from "@/lib/events/following";
import { listed, threadStatus } from "@/lib/events/listed";
import { useFollowed } from "@/lib/hooks/use-followed";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useLive, useThread, useWatching } from "@/lib/live";
import { useCampaign, useCampaigns, useClock, useGraph } from "@/lib/queries";
import { statusOf } from "@/lib/status";

/** Campaigns as they think: the graph, the steps in time, and what each did. */
export function Steps() {
  const threads = useLive((live) => live.threads);
  const isSynced = useLive((live) => live.synced);
  const campaigns = useCampaigns();
  const graph = useGraph();
  const url = useUrlState();
  const { thread: asked, isReading: isAskedRead } = useThread(url.get("campaign"));
  const other = useCampaign(asked?.isFork ? asked.id : null).data;
  const inOrder = useMemo(() => {
    if (!campaigns.data) return [];
    const never = other ? [{ ...other.campaign, called: `${other.campaign.called}, another future` }] : [];
    return listed([...never, ...campaigns.data.items], threads);
  }, [campaigns.data, other, threads]);
  const { set } = url;
  const followAgain = useCallback(() => set({ campaign: null, step: null }), [set]);
  const followed = useFollowed(followAgain);
  const { thread: moving, isReading: isMovingRead } = useThread(asked || isAskedRead ? null : shownOf(followed, inOrder));
  const thread = asked ?? moving ?? null;
  useWatching(thread?.id ?? null);
  const synced = isSynced && campaigns.isSuccess && !isAskedRead && !isMovingRead;
  const chosen = thread?.steps.find((step) => step.taskId === url.get("step"));
  const world = [other?.campaign, ...(campaigns.data?.items ?? [])].find((one) => one && one.id === thread?.id)?.world_id ?? null;
  const step = chosen ?? (thread ? stepToShow(thread) : undefined);
  const follow = (id: string): void => url.set({ campaign: id, step: null }, { isStep: id !== thread?.id });
  const imported = url.get("imported");
  const showImported = (id: string | null): void => url.set({ imported: id });
  const panel = useRef<HTMLDivElement>(null);
  const select = (taskId: string): void => {
    url.set({ campaign: thread?.id ?? null, step: taskId }, { isStep: taskId !== step?.taskId });
    if (panel.current && isOutOfSight(panel.current)) panel.current.scrollIntoView({ block: "start" });
  };

  if (graph.isError) return <div className="card"><ErrorState error={graph.error} retry={() => void graph.refetch()} /></div>;
  // On narrow screens the two columns are one, and the step stands right under the graph it is chosen in.
  return (
    <div className="flex flex-col gap-4 xl:grid xl:grid-cols-[minmax(0,1fr)_21rem] min-[87.5rem]:grid-cols-[minmax(0,1fr)_23.5rem]">
      <div className="contents min-w-0 flex-col gap-4 xl:flex">
        <section className="card max-xl:order-1 min-w-0" aria-labelledby="followed">
          <Following thread={thread} headline={thread?.headline || (asked && other?.campaign.headline) || ""} world={world} followAgain={asked ? followAgain : null} />
          <div className="px-3 pb-3 sm:px-4">
            {asked && other?.fork ? <NeverHappened fork={other.fork} /> : null}
            {graph.data ? (
              <CampaignGraph graph={graph.data} thread={thread} selectedTask={step?.taskId ?? null} onSelect={select} />
            ) : (
              <div className="skeleton my-4 aspect-[850/334]" />
            )}
          </div>
        </section>
        {imported ? <ImportedPast id={imported} onClose={() => showImported(null)} /> : null}
        {thread && graph.data ? (
          <section className="card max-xl:order-3 min-w-0" aria-label="What happened">
            <Tabs
              label="What happened" padded={false}
              tabs={[
                { key: "timeline", label: "Timeline", content: <RunTimeline thread={thread} selectedTask={step?.taskId ?? null} onSelect={select} /> },
                { key: "together", label: "Campaigns together", content: <CampaignsTogether campaigns={inOrder} selected={thread.id} onSelect={follow} /> },
                { key: "past", label: "States", content: <PastTree key={thread.id} campaignId={thread.id} length={thread.steps.length} /> },
                { key: "table", label: "Nodes as a table", content: <StepsTable graph={graph.data} thread={thread} /> },
                { key: "events", label: `Events ${thread.events.length}`, content: <EventFeed events={thread.events} /> },
              ]}
            />
          </section>
        ) : null}
      </div>
      <div className="contents min-w-0 flex-col gap-4 xl:flex">
        {campaigns.isPending ? (
          <div className="card max-xl:order-4"><Loading label="the campaigns" rows={10} /></div>
        ) : inOrder.length ? (
          <section className="card max-xl:order-4" aria-labelledby="campaigns-title">
            <CampaignPicker campaigns={inOrder} selected={thread?.id ?? null} hasOlder={campaigns.data?.next !== null} onSelect={follow} />
          </section>
        ) : null}
        <div className="empty:hidden max-xl:order-5"><Imported shown={imported} onShow={showImported} /></div>
        {thread && step ? (
          <div ref={panel} className="card scroll-thin max-xl:order-2 min-w-0 scroll-mt-16 max-xl:h-112 max-xl:overflow-y-auto">
            <StepPanel key={`${step.taskId} ${thread.question !== null && outcomeOf(step) === "parked"}`} thread={thread} step={step} />
          </div>
        ) : (
          <div key={thread ? "beginning" : "empty"} className={`card ${synced ? "max-xl:-order-1" : "max-xl:order-2"}`}>
            <Waiting synced={synced && !thread} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Far down, or scrolled away above. */
function isOutOfSight(panel: HTMLElement): boolean {
  const { top, bottom } = panel.getBoundingClientRect();
  return top > window.innerHeight * 0.8 || bottom < 120;
}

function Waiting({ synced }: { synced: boolean }) {
  const mayTrigger = useMay("operator");
  const clock = useClock().data;
  if (!synced) return <Loading label="the events" />;
  if (clock && clock.calendar !== "simulated") {
    return (
      <EmptyState icon={Radar} title="No campaign yet">
        One begins by itself when sensing finds an opportunity in the newest day of {clock.source}, and waits for a decision.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Radar} title="No campaign yet">
      {mayTrigger ? (
        <>
          <p>Let something happen in the simulated world, for example heavy rain, and watch the loop take it up.</p>
          <div className="mt-3 flex justify-center">
            <ScenarioMenu label="Trigger a scenario" isInline />
          </div>
        </>
      ) : (
        <p>One begins by itself when sensing finds an opportunity, or when an operator lets something happen in the simulated world.</p>
      )}
    </EmptyState>
  );
}

interface FollowingProps {
  thread: Thread | null;
  /** What was seen; empty until it is. */
  headline: string;
  /** Whose days it lives in; null for those that are served, and until it is known. */
  world: string | null;
  /** Back to the one that moves; null while that is what is shown. */
  followAgain: (() => void) | null;
}

/** The campaign that is shown. Its headline comes while one watches, so its lines are kept free for it. */
function Following({ thread, headline, world, followAgain }: FollowingProps) {
  return (
    <header className="px-4 pt-3">
      <div className="flex min-h-6 items-center gap-2 text-xs pointer-coarse:min-h-11">
        {thread ? (
          <>
            <Badge shown={statusOf(threadStatus(thread))} />
            <WorldTag world={world} />
            {followAgain ? null : <span className="text-ink-3 max-sm:sr-only">follows what moves</span>}
            <span className="ml-auto flex flex-wrap items-center justify-end gap-x-4">
              {followAgain ? (
                <button type="button" className="tap font-medium text-accent hover:underline" onClick={followAgain}>
                  Follow<span className="max-sm:sr-only"> what moves</span>
                </button>
              ) : null}
              {thread.question?.node === "approval" ? (
                <Link className="tap font-semibold text-wait hover:underline" href={`/approvals?id=${thread.id}`}>Decide now</Link>
              ) : null}
              <Link className="tap font-medium text-accent hover:underline" href={`/campaigns?id=${thread.id}`}>
                Open<span className="max-sm:sr-only"> the campaign</span>
              </Link>
            </span>
          </>
        ) : (
          <span className="text-ink-3">Sensing, strategy, creative, compliance, approval, booking, measurement, learning</span>
        )}
      </div>
      <h1 id="followed" className="mt-1 min-h-[3lh] text-[0.9375rem] leading-snug font-semibold text-pretty sm:min-h-[2lh]">
        {thread ? headline || (thread.isFork ? "Another future" : "Sensing the day") : "The campaign loop"}
      </h1>
    </header>
  );
}
