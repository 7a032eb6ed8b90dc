"use client";

import { ProvenanceTag } from "@/components/basics/badge";
import { Section } from "@/components/basics/section";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { channelName, formatCount, formatDayShort, formatPercent, formatPounds } from "@/lib/format";
import { useDelivery } from "@/lib/queries";
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
          <ProvenanceTag kind="simulated" />
        </span>
      }
    >
      {delivery.isError ? (
        <ErrorState error={delivery.error} retry={() => void delivery.refetch()} />
      ) : !data ? (
        <Loading label="delivery" rows={5} />
      ) : data.items.length ? (
        <>
          <SpendByDay rows={data.items} />
          <ByChannel rows={data.items} window={data.attribution_window ?? ""} />
        </>
      ) : (
        <EmptyState icon={CalendarClock} title="The flight has not begun">Figures come in the day after each day of the flight.</EmptyState>
      )}
    </Section>
  );
}

const SHADES = ["opacity-100", "opacity-80", "opacity-60", "opacity-45", "opacity-30"];

function SpendByDay({ rows }: { rows: ChannelDelivery[] }) {
  const days = [...new Set(rows.map((row) => row.day))];
  const channels = [...new Set(rows.map((row) => row.channel))];
  const totals = days.map((day) => rows.filter((row) => row.day === day).reduce((sum, row) => sum + row.spend, 0));
  const highest = Math.max(...totals, 1);
  return (
    <figure className="p-4">
      <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
        <span className="label">Spend a day</span>
        {channels.map((channel, index) => (
          <span key={channel} className="inline-flex items-center gap-1.5">
            <span aria-hidden className={`size-2.5 rounded-[3px] bg-accent ${SHADES[index % SHADES.length]}`} />
            {channelName(channel)}
          </span>
        ))}
      </figcaption>
      <div className="flex h-36 items-end gap-2" role="img" aria-label={`Spend by day: ${days.map((day, index) => `${formatDayShort(day)} ${formatPounds(totals[index])}`).join(", ")}`}>
        {days.map((day, index) => (
          <div key={day} className="flex h-full min-w-0 flex-1 flex-col justify-end text-center">
            <span className="num text-xs text-ink-2">{formatPounds(totals[index])}</span>
            <div className="mx-auto mt-1 flex w-full max-w-16 flex-col-reverse gap-px" style={{ height: `${((totals[index] ?? 0) / highest) * 70}%` }}>
              {channels.map((channel, at) => {
                const spend = rows.find((row) => row.day === day && row.channel === channel)?.spend ?? 0;
                return <span key={channel} className={`min-h-0 rounded-[2px] bg-accent ${SHADES[at % SHADES.length]}`} style={{ flexGrow: spend, flexBasis: 0 }} />;
              })}
            </div>
            <span className="num mt-1.5 truncate text-xs text-ink-3">{formatDayShort(day)}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}

function ByChannel({ rows, window }: { rows: ChannelDelivery[]; window: string }) {
  const channels = [...new Set(rows.map((row) => row.channel))];
  const sum = (channel: string, of: (row: ChannelDelivery) => number): number =>
    rows.filter((row) => row.channel === channel).reduce((total, row) => total + of(row), 0);
  return (
    <div className="overflow-x-auto border-t">
      <table className="w-full min-w-140 text-[0.8125rem]">
        <caption className="sr-only">Delivery by channel</caption>
        <thead>
          <tr className="border-b text-right text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 text-left font-medium">Channel</th>
            {["Impressions", "Clicks", "CTR", "Spend", "Claimed sales"].map((title) => <th key={title} scope="col" className="px-4 py-2 font-medium">{title}</th>)}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => {
            const [impressions, clicks] = [sum(channel, (row) => row.impressions), sum(channel, (row) => row.clicks)];
            return (
              <tr key={channel} className="border-b text-right last:border-0">
                <th scope="row" className="px-4 py-2 text-left font-medium whitespace-nowrap">{channelName(channel)}</th>
                <td className="px-4 py-2">{formatCount(impressions)}</td>
                <td className="px-4 py-2">{clicks ? formatCount(clicks) : "–"}</td>
                <td className="px-4 py-2">{clicks ? formatPercent(clicks / impressions, 2) : "–"}</td>
                <td className="px-4 py-2">{formatPounds(sum(channel, (row) => row.spend))}</td>
                <td className="px-4 py-2 text-ink-2">{formatPounds(sum(channel, (row) => row.conversion_value))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="px-4 py-2 text-xs text-ink-3">Claimed sales are the platform’s attribution ({words(window)}), never what is learned from.</p>
    </div>
  );
}

const words = (window: string): string => window.replaceAll("_", " ");
