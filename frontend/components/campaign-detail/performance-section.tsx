"use client";

import { Term } from "@/components/basics/term";
import { Section } from "@/components/basics/section";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { shadeOf } from "@/components/charts/scale";
import { WorldTag } from "@/components/what-is-real";
import { channelName, channelRecord, formatCount, formatDayShort, formatPence, formatPercent, formatPounds, sentence } from "@/lib/format";
import { paceWords } from "@/lib/pace";
import { useDelivery, usePacing } from "@/lib/queries";
import type { ChannelDelivery } from "@/lib/types";
import { CalendarClock } from "lucide-react";

/** What the platform delivered, by channel and by day. */
export function PerformanceSection({ campaignId }: { campaignId: string }) {
  const delivery = useDelivery(campaignId, true);
  const data = delivery.data;
  return (
    <Section
      id="performance" title="Delivery by channel and day" padded={false}
      aside={
        <span className="flex items-center gap-2 text-xs text-ink-3">
          {data?.flight_days ? <span className="num">{data.days_delivered} of {data.flight_days} days</span> : null}
          <WorldTag world={null} />
        </span>
      }
    >
      {delivery.isError ? (
        <ErrorState error={delivery.error} retry={() => void delivery.refetch()} />
      ) : !data ? (
        <Loading label="delivery" rows={5} />
      ) : data.items.length ? (
        <>
          {data.problem ? (
            <p role="status" className="tone-wait px-4 py-2 text-[0.8125rem]">
              As last reported, to {formatDayShort(data.through)}: newer figures are not available now. {sentence(data.problem)}
            </p>
          ) : null}
          <AgainstPlan campaignId={campaignId} />
          <SpendByDay rows={data.items} />
          <ByChannel rows={data.items} window={data.attribution_window ?? ""} />
        </>
      ) : (
        <EmptyState icon={CalendarClock} title="The flight has not begun">Each day’s figures come in on the day after.</EmptyState>
      )}
    </Section>
  );
}

/** While a flight runs: whether it spends as planned, as Home says it. */
function AgainstPlan({ campaignId }: { campaignId: string }) {
  const flight = usePacing().data?.items.find((one) => one.campaign_id === campaignId);
  if (!flight?.spent || !flight.planned || flight.pace === null) return null;
  const { spent, planned, pace, through } = flight;
  return (
    <div className="px-4 pt-4" data-testid="against-plan">
      <p className="num flex flex-wrap justify-between gap-x-4 text-[0.8125rem]">
        <span className="font-medium">{formatPence(spent)} spent, {paceWords(pace)}</span>
        <span className="text-ink-2">{formatPence(planned)} planned to {formatDayShort(through)}</span>
      </p>
      <div aria-hidden className="drawn mt-1.5 h-1.5 overflow-hidden rounded-full bg-idle-soft">
        <div className="h-full rounded-full bg-accent" style={{ width: `${Math.min(pace, 1) * 100}%` }} />
      </div>
      <p className="mt-1 text-xs text-ink-3">To the last day reported in full: the platform has told only a part of the newest.</p>
    </div>
  );
}

function SpendByDay({ rows }: { rows: ChannelDelivery[] }) {
  const days = [...new Set(rows.map((row) => row.day))];
  const channels = [...new Set(rows.map((row) => row.channel))];
  const totals = days.map((day) => rows.filter((row) => row.day === day).reduce((sum, row) => sum + row.spend, 0));
  const highest = Math.max(...totals, 1);
  return (
    <figure className="drawn p-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
        <span className="label">Spend a day</span>
        {channels.map((channel, index) => (
          <span key={channel} className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-[3px] bg-accent" style={{ opacity: shadeOf(index, channels.length) }} />
            {channelName(channel)}
          </span>
        ))}
      </figcaption>
      <div className="flex h-36 items-end gap-1 sm:gap-2" role="img" aria-label={`Spend by day: ${days.map((day, index) => `${formatDayShort(day)} ${formatPounds(totals[index])}`).join(", ")}`}>
        {days.map((day, index) => (
          <div key={day} className="flex h-full min-w-0 flex-1 flex-col justify-end text-center">
            <span className={`num text-xs text-ink-2 ${days.length > 7 ? "max-sm:hidden" : ""}`}>{formatPounds(totals[index])}</span>
            <div className="mx-auto mt-1 flex w-full max-w-16 flex-col-reverse gap-px" style={{ height: `${((totals[index] ?? 0) / highest) * 70}%` }}>
              {channels.map((channel, at) => {
                const spend = rows.find((row) => row.day === day && row.channel === channel)?.spend ?? 0;
                return <span key={channel} className="min-h-0 rounded-[2px] bg-accent" style={{ flexGrow: spend, flexBasis: 0, opacity: shadeOf(at, channels.length) }} />;
              })}
            </div>
            <span className="num mt-1.5 text-xs whitespace-nowrap text-ink-3">
              <span className="max-sm:hidden">{formatDayShort(day)}</span>
              <span className="sm:hidden">{Number(day.slice(8))}</span>
            </span>
          </div>
        ))}
      </div>
    </figure>
  );
}

interface Sum {
  impressions: number;
  clicks: number;
  spend: number;
  conversion_value: number;
}

const sumOf = (rows: ChannelDelivery[]): Sum =>
  rows.reduce(
    (sum, row) => ({
      impressions: sum.impressions + row.impressions, clicks: sum.clicks + row.clicks,
      spend: sum.spend + row.spend, conversion_value: sum.conversion_value + row.conversion_value,
    }),
    { impressions: 0, clicks: 0, spend: 0, conversion_value: 0 },
  );

const CLICKS = "max-sm:hidden";

function ByChannel({ rows, window }: { rows: ChannelDelivery[]; window: string }) {
  const channels = [...new Set(rows.map((row) => row.channel))];
  const clickable = sumOf(rows.filter((row) => channelRecord(row.channel)?.is_clickable ?? row.clicks > 0));
  return (
    <div className="border-t">
      <table className="w-full text-[0.8125rem] max-[22rem]:text-xs max-[22rem]:[&_:is(td,th)]:px-1.5">
        <caption className="sr-only">Delivery by channel</caption>
        <thead>
          <tr className="border-b text-right text-xs text-ink-3">
            <th scope="col" className="py-2 pr-2 pl-4 text-left font-medium">Channel</th>
            <th scope="col" className="px-2 py-2 font-medium sm:px-4"><Term>Impressions</Term></th>
            <th scope="col" className={`px-4 py-2 font-medium ${CLICKS}`}><Term>Clicks</Term></th>
            <th scope="col" className={`px-4 py-2 font-medium ${CLICKS}`}><Term>CTR</Term></th>
            <th scope="col" className="px-2 py-2 font-medium sm:px-4"><Term>Spend</Term></th>
            <th scope="col" className="py-2 pr-4 pl-2 font-medium"><Term>Claimed sales</Term></th>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => {
            const sum = sumOf(rows.filter((row) => row.channel === channel));
            return <Line key={channel} label={channelName(channel)} sum={sum} ctr={sum.clicks ? sum.clicks / sum.impressions : null} />;
          })}
        </tbody>
        <tfoot>
          <Line label="Total" sum={sumOf(rows)} ctr={clickable.clicks ? clickable.clicks / clickable.impressions : null} />
        </tfoot>
      </table>
      <p className="px-4 py-2 text-xs text-ink-3">Claimed sales are what the platform attributes to its ads ({words(window)}); nothing is learned from them.</p>
    </div>
  );
}

function Line({ label, sum, ctr }: { label: string; sum: Sum; ctr: number | null }) {
  const isTotal = label === "Total";
  return (
    <tr className={`border-b text-right ${isTotal ? "bg-raised font-semibold" : ""}`}>
      <th scope="row" className={`py-2 pr-2 pl-4 text-left ${isTotal ? "font-semibold" : "font-medium"}`}>{label}</th>
      <td className="px-2 py-2 sm:px-4">{formatCount(sum.impressions)}</td>
      <td className={`px-4 py-2 ${CLICKS}`}>{sum.clicks ? formatCount(sum.clicks) : "–"}</td>
      <td className={`px-4 py-2 ${CLICKS}`}>{formatPercent(ctr, 2)}</td>
      <td className="px-2 py-2 sm:px-4">{formatPounds(sum.spend)}</td>
      <td className="py-2 pr-4 pl-2 text-ink-2">{formatPounds(sum.conversion_value)}</td>
    </tr>
  );
}

const words = (window: string): string => window.replaceAll("_", " ");
