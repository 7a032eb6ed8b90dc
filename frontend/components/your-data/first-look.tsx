"use client";

import { Radar } from "lucide-react";
import { useState } from "react";
import { Section } from "@/components/basics/section";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { changeOf } from "@/components/signals/trend-list";
import { causeName, formatDayAndYear } from "@/lib/format";
import { inSentences } from "@/lib/provenance";
import type { DroppedFolder } from "@/lib/types";
import { useLook } from "@/lib/your-data";

/** Sensing looks at the folder's newest day; and how the loop is let run on it. */
export function FirstLook({ folder }: { folder: DroppedFolder }) {
  const [begun, setBegun] = useState(false);
  return (
    <Section id="sensing" title="Sensing" padded={false}>
      {begun ? <Found folder={folder} /> : (
        <div className="flex flex-wrap items-center justify-between gap-3 p-4">
          <p className="min-w-0 flex-1 basis-60 text-[0.8125rem] text-ink-2">Look at the newest day as the loop would. Nothing is begun and nothing booked.</p>
          <button type="button" className="btn btn-primary" onClick={() => setBegun(true)}>Start sensing</button>
        </div>
      )}
      <Serving folder={folder} />
    </Section>
  );
}

function Found({ folder }: { folder: DroppedFolder }) {
  const look = useLook(folder.source, true);
  if (look.isError && !look.data) return <ErrorState error={look.error} retry={() => void look.refetch()} />;
  if (!look.data) return <Loading label="what sensing sees" rows={4} />;
  const { today, items, provenance } = look.data;
  return (
    <>
      <p className="num px-4 pt-3 text-xs text-ink-3">{formatDayAndYear(today)}. {inSentences(provenance)} {provenance.source}.</p>
      {items.length ? (
        <ul className="divide-y" aria-label="What sensing found">
          {items.map((trend) => (
            <li key={trend.id} className="px-4 py-2.5">
              <p className="text-[0.8125rem] font-medium">{trend.headline}</p>
              <p className="num mt-0.5 flex flex-wrap gap-x-3 text-xs text-ink-3">
                <span>Cause: {causeName(trend.diagnosis.cause).toLowerCase()}</span>
                <span>{changeOf(trend)}</span>
                <span>{trend.regions.join(", ")}</span>
              </p>
              {trend.evidence.map((one) => <p key={one.statement} className="mt-0.5 text-xs text-ink-2">{one.statement}</p>)}
              {trend.diagnosis.advertisable ? null : <p className="mt-1 text-xs text-ink-2">{trend.diagnosis.advice}</p>}
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState icon={Radar} title={`Nothing out of the ordinary on ${formatDayAndYear(today)}`}>Put the next day’s file into the folder, and look again.</EmptyState>
      )}
    </>
  );
}

/** The loop runs on one source at a time, which is chosen where the server is started. */
function Serving({ folder }: { folder: DroppedFolder }) {
  return (
    <div className="border-t p-4 text-[0.8125rem] text-ink-2">
      {folder.is_served ? (
        <p>The live loop runs on this folder: each new day is taken up by itself, campaigns wait for your decision, and flights are measured once their tills are here.</p>
      ) : (
        <>
          <p>To let the loop run on these sales, so that campaigns are proposed and measured, whoever runs the server starts it anew with</p>
          <code className="num mt-1.5 block rounded border bg-raised px-2 py-1 text-xs break-all">tescosense serve --source {folder.source}</code>
          <p className="mt-1.5 text-xs text-ink-3">in the same data directory. What was learned and booked in the world that is served now stays where it is.</p>
        </>
      )}
    </div>
  );
}
