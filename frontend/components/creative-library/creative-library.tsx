"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Images } from "lucide-react";
import Link from "next/link";
import { Choice, SearchField } from "@/components/basics/choosing";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { GROUPS, notToldYet } from "@/components/campaign-table/rows";
import { Unreadable } from "@/components/campaign-table/unreadable";
import { useDayWords } from "@/components/world-controls/day-words";
import { CHANNELS } from "@/generated/channels";
import { getJson } from "@/lib/api";
import { channelName, formatCount } from "@/lib/format";
import { useMorePages } from "@/lib/hooks/use-more-pages";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useCampaignChoices } from "@/lib/queries";
import type { LibraryPage } from "@/lib/types";
import { LibraryCard } from "./library-card";
import { addressOf, type AdView, askedOf, viewOf } from "./view";

const A_PAGE = 24;

/** Every ad, with what was changed of it, what the rules say and what it did; each leads to its campaign. */
export function CreativeLibrary() {
  const url = useUrlState();
  const view = viewOf(url.get);
  const asked = askedOf(view).toString();
  const pages = useAdPages(asked);
  const { howOneBegins } = useDayWords();
  const ads = pages.data?.pages.flatMap((page) => page.items);
  const untold = notToldYet(new Set(pages.data?.pages.flatMap((page) => page.untold)).size);
  const unreadable = pages.data?.pages.flatMap((page) => page.unreadable) ?? [];
  const isNoneLeft = unreadable.length > 0 && ads?.length === 0;
  const { isComing, more } = useMorePages({ ...pages, shown: pages.data?.pages.length ?? 0 });
  return (
    <>
      <h1 className="sr-only">Creatives</h1>
      <div className="card mb-3">
        <Filters view={view} onChange={(next) => url.set(addressOf(next))} />
      </div>
      <Unreadable campaigns={unreadable} place="among the ads" />
      {isNoneLeft ? null : ads?.length ? (
        <>
          <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
            <span aria-live="polite" className="num">{pages.hasNextPage ? `The newest ${formatCount(ads.length)} ads` : ads.length === 1 ? "1 ad" : `${formatCount(ads.length)} ads`}{untold ? `, ${untold}` : ""}</span>
            <span>Delivery and claimed sales are the platform’s own figures.</span>
          </p>
          <ul aria-label="Ads" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
            {ads.map((one) => <li key={one.creative.id} className="grid min-w-0"><LibraryCard told={one} /></li>)}
          </ul>
          {pages.hasNextPage ? (
            <p className="mt-3 text-center">
              <button type="button" className="btn" disabled={isComing} onClick={more}>{isComing ? "Reading…" : "Show more"}</button>
            </p>
          ) : null}
        </>
      ) : (
        <div className="card">
          {ads ? (
            <EmptyState icon={Images} title={asked ? "No ad fits these filters" : "No ads yet"}>
              {asked ? "Widen the search, or choose another status, category, region or channel." : `Ads are written once a plan spends. ${howOneBegins}`}
            </EmptyState>
          ) : pages.isError ? (
            <ErrorState error={pages.error} retry={() => void pages.refetch()} />
          ) : (
            <Loading label="the ads" rows={6} isTall />
          )}
        </div>
      )}
      <p className="mt-3 text-center lg:hidden print:hidden"><Link href="/prompts" className="tap text-xs font-medium text-accent hover:underline">The prompts that ask for ads</Link></p>
    </>
  );
}

/** The ads that are chosen, a page at a time. They grow old with the pages of campaigns. */
const useAdPages = (asked: string) =>
  useInfiniteQuery({
    queryKey: ["campaigns", "pages", "ads", asked],
    queryFn: ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => {
      const after = pageParam === null ? "" : `&${new URLSearchParams({ after: pageParam })}`;
      return getJson<LibraryPage>(`/creatives?limit=${A_PAGE}${after}${asked ? `&${asked}` : ""}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });

function Filters({ view, onChange }: { view: AdView; onChange: (view: AdView) => void }) {
  const choices = useCampaignChoices().data;
  return (
    <div role="search" aria-label="Ads" className="flex flex-wrap gap-2 p-3">
      <SearchField label="Search ads" text={view.text} onChange={(text) => onChange({ ...view, text })} />
      <div className="grid w-full grid-cols-2 gap-2 sm:flex sm:w-auto sm:flex-wrap">
        <Choice label="Status" all="All statuses" value={view.status === "all" ? "" : view.status} choices={STATUSES} nameOf={(key) => GROUPS[key]?.label ?? key} onChange={(status) => onChange({ ...view, status: status || "all" })} />
        <Choice label="Category" all="All categories" value={view.category} choices={choices?.categories ?? []} onChange={(category) => onChange({ ...view, category })} />
        <Choice label="Region" all="All regions" value={view.region} choices={choices?.regions ?? []} onChange={(region) => onChange({ ...view, region })} />
        <Choice label="Channel" all="All channels" value={view.channel} choices={Object.keys(CHANNELS)} nameOf={channelName} onChange={(channel) => onChange({ ...view, channel })} />
      </div>
    </div>
  );
}

const STATUSES = Object.keys(GROUPS).filter((key) => key !== "all");
