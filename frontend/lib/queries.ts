"use client";

/** What is asked of the API, each under a name the live events can refresh. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getJson } from "./api";
import type {
  Caller, CampaignChoices, CampaignDetail, CampaignPage, CampaignTotals, ClockState, DeliveryByDay, GraphPicture, Health, KillSwitch, Kpis, Lapses, LessonPage, Notices, Pacing, ScenarioChoices,
  SignalSeries, SignalsToday, Trends, WaitingDecisions,
} from "./types";

const ask = <Answer>(path: string) => ({ signal }: { signal: AbortSignal }) => getJson<Answer>(path, signal);

export const useKpis = () => useQuery({ queryKey: ["kpis"], queryFn: ask<Kpis>("/kpis"), refetchInterval: 30_000 });
/** The world's clock. Looked at often while it is to wait for decisions, or where days come with files: that a day is over, or a file
 * broken, is told by no event. */
export const useClock = () =>
  useQuery({
    queryKey: ["clock"], queryFn: ask<ClockState>("/simulation/clock"),
    refetchInterval: ({ state: { data, status } }) => (status === "error" || data?.calendar === "real" || (data?.hold && data.running) ? 5000 : false),
  });
/** The id of the live world that is served: what happens in others does not happen here. */
export const useLiveWorld = (): string => useClock().data?.world_id ?? "live";
export const useKillSwitch = () => useQuery({ queryKey: ["kill-switch"], queryFn: ask<KillSwitch>("/kill-switch") });
/** What people are told of, the newest first. That booking was stopped elsewhere is told by no event. */
export const useNotices = () => useQuery({ queryKey: ["notices"], queryFn: ask<Notices>("/notices"), refetchInterval: 15_000 });
/** Whose key this is. It changes with the key alone, and the page begins anew then. */
export const useMe = () => useQuery({ queryKey: ["me"], queryFn: ask<Caller>("/me"), staleTime: Infinity });
export const useHealth = () => useQuery({ queryKey: ["health"], queryFn: ask<Health>("/health"), staleTime: Infinity });
export const useGraph = () => useQuery({ queryKey: ["graph"], queryFn: ask<GraphPicture>("/graph"), staleTime: Infinity });
export const useCampaigns = () =>
  useQuery({ queryKey: ["campaigns", "all"], queryFn: ask<CampaignPage>("/campaigns?limit=200") });
/** The campaigns that are chosen, in the order asked for, a page at a time. */
export const useCampaignPages = (asked: string) =>
  useInfiniteQuery({
    queryKey: ["campaigns", "pages", asked],
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => {
      const after = pageParam === null ? "" : `&${new URLSearchParams({ after: pageParam })}`;
      return getJson<CampaignPage>(`/campaigns?limit=200${after}${asked ? `&${asked}` : ""}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });
/** The categories and regions that some campaign has, of all there are. */
export const useCampaignChoices = () => useQuery({ queryKey: ["campaigns", "choices"], queryFn: ask<CampaignChoices>("/campaigns/choices") });
/** What they come to together, on all pages. */
export const useCampaignTotals = (choice: string) =>
  useQuery({
    queryKey: ["campaigns", "totals", ...(choice ? ["chosen", choice] : ["all"])],
    queryFn: ask<CampaignTotals>(`/campaigns/totals${choice ? `?${choice}` : ""}`), placeholderData: (before) => before,
  });
/** What waits for a person, soonest first. It grows old with the campaigns. */
export const useWaiting = () => useQuery({ queryKey: ["campaigns", "waiting"], queryFn: ask<WaitingDecisions>("/decisions?limit=200") });
/** How the running flights keep to their plans. It grows old with the campaigns and with each day. */
export const usePacing = () => useQuery({ queryKey: ["campaigns", "pacing"], queryFn: ask<Pacing>("/pacing") });
/** What the newest campaigns taught. */
export const useNewestLessons = (count: number) =>
  useQuery({ queryKey: ["lessons", "newest", count], queryFn: ask<LessonPage>(`/lessons?newest_first=true&limit=${count}`) });
/** What would lapse, undecided, over a step of the clock or over a scenario. Asked anew each time: it is acted on. */
export const useLapses = (scenario: string | undefined, enabled: boolean) =>
  useQuery({
    queryKey: ["lapses", scenario ?? null], enabled, gcTime: 0, staleTime: 0,
    queryFn: ask<Lapses>(`/simulation/lapses${scenario ? `?${new URLSearchParams({ scenario })}` : ""}`),
  });
export const useTrends = () => useQuery({ queryKey: ["trends"], queryFn: ask<Trends>("/trends") });
export const useSignals = () => useQuery({ queryKey: ["signals"], queryFn: ask<SignalsToday>("/signals") });
export const useScenarios = () =>
  useQuery({ queryKey: ["scenarios"], queryFn: ask<ScenarioChoices>("/simulation/scenarios"), staleTime: Infinity });
/** What was learned from one campaign, the oldest first. */
export const useLessons = (id: string) =>
  useQuery({ queryKey: ["lessons", id], queryFn: ask<LessonPage>(`/lessons?${new URLSearchParams({ campaign_id: id })}`) });

export const useCampaign = (id: string | null) =>
  useQuery({ queryKey: ["campaign", id], queryFn: ask<CampaignDetail>(`/campaigns/${id}`), enabled: id !== null });

export const useDelivery = (id: string, enabled: boolean) =>
  useQuery({ queryKey: ["delivery", id], queryFn: ask<DeliveryByDay>(`/campaigns/${id}/delivery`), enabled });

export const useSeries = (category: string, region: string, days: number) =>
  useQuery({
    queryKey: ["signals", "series", category, region, days],
    queryFn: ask<SignalSeries>(`/signals/series?${new URLSearchParams({ category, region, days: String(days) })}`),
    placeholderData: (before) => before,
  });
