"use client";

import { useId } from "react";
import { channelName, formatDay } from "@/lib/format";
import { useCampaign, useCampaigns } from "@/lib/queries";
import type { Sample } from "@/lib/prompts";
import type { CampaignRecord } from "@/lib/types";

/** Campaigns that were never planned have nothing to fill a prompt in with. */
const UNPLANNED: CampaignRecord["status"][] = ["SENSING", "NO_OPPORTUNITY", "NOT_WORTH_SPENDING", "WAITING", "FAILED"];
const MOST_CAMPAIGNS = 40;

interface SamplePickerProps {
  sample: Sample;
  cases: string[];
  /** Whether the prompt is filled in anew for each channel. */
  hasChannels: boolean;
  onChoose: (sample: Sample) => void;
}

/** Examples, a case or a real campaign. */
export function SamplePicker({ sample, cases, hasChannels, onChoose }: SamplePickerProps) {
  const id = useId();
  const all = useCampaigns().data?.items ?? [];
  const campaigns = all.filter((campaign) => !UNPLANNED.includes(campaign.status)).slice(0, MOST_CAMPAIGNS);
  const key = sample.case !== undefined ? `case:${sample.case}` : sample.campaign_id ? `campaign:${sample.campaign_id}` : "";
  const choose = (chosen: string): void => {
    const [kind, rest] = [chosen.slice(0, chosen.indexOf(":")), chosen.slice(chosen.indexOf(":") + 1)];
    onChoose(kind === "case" ? { case: rest } : kind === "campaign" ? { campaign_id: rest } : {});
  };
  return (
    <div className="flex min-w-0 flex-wrap items-end gap-3">
      <div className="min-w-0 flex-1 basis-48">
        <label htmlFor={id} className="label mb-1 block">Filled in with</label>
        <select id={id} className="field" value={key} onChange={(event) => choose(event.target.value)}>
          <option value="">The examples in the file</option>
          {cases.length ? (
            <optgroup label="Cases">
              {cases.map((name) => <option key={name} value={`case:${name}`}>{name}</option>)}
            </optgroup>
          ) : null}
          {campaigns.length ? (
            <optgroup label="Campaigns">
              {campaigns.map((campaign) => (
                <option key={campaign.id} value={`campaign:${campaign.id}`}>
                  {campaign.called}, {formatDay(campaign.detected_on)}
                </option>
              ))}
            </optgroup>
          ) : null}
        </select>
      </div>
      {sample.campaign_id && hasChannels ? (
        <ChannelPicker campaignId={sample.campaign_id} chosen={sample.channel ?? ""} onChoose={(channel) => onChoose({ ...sample, channel })} />
      ) : null}
    </div>
  );
}

function ChannelPicker({ campaignId, chosen, onChoose }: { campaignId: string; chosen: string; onChoose: (channel: string) => void }) {
  const id = useId();
  const plan = useCampaign(campaignId).data?.plans.at(-1);
  const channels = plan?.allocations.filter((one) => one.budget > 0).map((one) => one.channel) ?? [];
  return (
    <div className="min-w-0 flex-1 basis-36">
      <label htmlFor={id} className="label mb-1 block">Its ad for</label>
      <select id={id} className="field" value={chosen || (channels[0] ?? "")} onChange={(event) => onChoose(event.target.value)}>
        {channels.map((channel) => <option key={channel} value={channel}>{channelName(channel)}</option>)}
      </select>
    </div>
  );
}
