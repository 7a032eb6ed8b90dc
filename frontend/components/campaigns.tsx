"use client";

import { CampaignDetailView } from "@/components/campaign-detail/campaign-detail";
import { CampaignTable } from "@/components/campaign-table/campaign-table";
import { Unreadable } from "@/components/campaign-table/unreadable";
import { choiceOf, listOf, viewOf } from "@/components/campaign-table/rows";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { formatCount } from "@/lib/format";
import { useMorePages } from "@/lib/hooks/use-more-pages";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useCampaignPages, usePacing } from "@/lib/queries";

/** The table of campaigns, or one of them whole. */
export function Campaigns() {
  const id = useUrlState().get("id");
  return id ? <CampaignDetailView key={id} id={id} /> : <List />;
}

function List() {
  const view = viewOf(useUrlState().get);
  const choice = choiceOf(view).toString();
  const pages = useCampaignPages(listOf(view).toString());
  const campaigns = pages.data?.pages.flatMap((page) => page.items);
  const unreadable = pages.data?.pages.flatMap((page) => page.unreadable) ?? [];
  const isNoneLeft = unreadable.length > 0 && campaigns?.length === 0;
  const shown = pages.data?.pages.length ?? 0;
  const pacing = usePacing();
  // Their lines and buttons make the rows of running flights twice as high: what is below would jump.
  const isWhole = !(pacing.isPending && pacing.failureCount === 0) || !campaigns?.some(({ status }) => status === "ACTIVE");
  const { isComing, more } = useMorePages({ ...pages, shown });
  return (
    <>
      <h1 className="sr-only">Campaigns</h1>
      <Unreadable campaigns={unreadable} />
      {campaigns && isWhole ? (
        <CampaignTable campaigns={campaigns} choice={choice} refused={isNoneLeft ? <EmptyState title="No other campaign" /> : null} />
      ) : pages.isError ? (
        <CampaignTable campaigns={[]} choice={choice} refused={<ErrorState error={pages.error} retry={() => void pages.refetch()} />} />
      ) : (
        <div className="card"><Loading label="campaigns" rows={10} /></div>
      )}
      {campaigns && pages.hasNextPage ? (
        <p className="mt-3 flex items-center justify-center gap-3 text-xs text-ink-3">
          The {view.sort === "created_at" && view.direction === "descending" ? "newest" : "first"} {formatCount(campaigns.length)} are here.
          <button type="button" className="btn" disabled={isComing} onClick={more}>{isComing ? "Reading…" : "Show more"}</button>
        </p>
      ) : null}
    </>
  );
}
