"use client";

import { CampaignDetailView } from "@/components/campaign-detail/campaign-detail";
import { CampaignTable } from "@/components/campaign-table/campaign-table";
import { ErrorState, Loading } from "@/components/basics/states";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useCampaigns } from "@/lib/queries";

/** The table of campaigns, or one of them whole. */
export function Campaigns() {
  const id = useUrlState().get("id");
  return id ? <CampaignDetailView key={id} id={id} /> : <List />;
}

function List() {
  const campaigns = useCampaigns();
  return (
    <>
      <h1 className="sr-only">Campaigns</h1>
      {campaigns.data ? (
        <CampaignTable campaigns={campaigns.data.items} />
      ) : campaigns.isError ? (
        <div className="card"><ErrorState error={campaigns.error} retry={() => void campaigns.refetch()} /></div>
      ) : (
        <div className="card"><Loading label="campaigns" rows={10} /></div>
      )}
    </>
  );
}
