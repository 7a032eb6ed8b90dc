"use client";

import { useQuery } from "@tanstack/react-query";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { getJson } from "@/lib/api";
import { channelName, formatDay, formatMoment, formatPence, sentence, words } from "@/lib/format";
import type { ChangeEntry, ChangeHistory } from "@/lib/types";

/** Who changed what, the newest first: every line is a record of the server's. */
export function ChangesSection({ campaignId }: { campaignId: string }) {
  const changes = useQuery({
    queryKey: ["campaign", campaignId, "changes"],
    queryFn: ({ signal }) => getJson<ChangeHistory>(`/campaigns/${campaignId}/changes`, signal),
  });
  const lines = changes.data?.items.toReversed();
  return (
    <Section id="changes" title="Who changed what">
      {lines ? (
        <ol className="flex flex-col gap-3 text-[0.8125rem]">
          {lines.map((line) => <Line key={`${line.at} ${line.day} ${line.what}`} line={line} />)}
        </ol>
      ) : changes.isError ? (
        <ErrorState error={changes.error} retry={() => void changes.refetch()} />
      ) : (
        <Loading label="the changes" />
      )}
    </Section>
  );
}

function Line({ line: { at, day, kind, who, what, figures: all, words: reworded, why } }: { line: ChangeEntry }) {
  // What is booked is said already.
  const figures = kind === "booked" ? [] : all;
  return (
    <li className="border-l-2 pl-2.5">
      <p><span className="font-medium">{sentence(what)}</span> <bdi className="text-ink-2">{nameOf(who)}</bdi></p>
      {figures.length ? <p className="num text-xs text-ink-2">{figures.map(figureWords).join(", ")}</p> : null}
      {reworded.map(({ of, part, before, after }) => (
        <p key={`${of} ${part}`} className="text-xs text-ink-2">
          {channelName(of)}, {words(part).toLowerCase()}: <bdi><del className="text-ink-3">{before}</del></bdi> <bdi><ins className="no-underline">{after}</ins></bdi>
        </p>
      ))}
      {why ? <p className="text-xs text-pretty text-ink-2"><bdi>{sentence(why)}</bdi></p> : null}
      <p className="num text-xs text-ink-3">{[day ? formatDay(day) : "", at ? `${formatMoment(at)} by your clock` : ""].filter(Boolean).join("; ")}</p>
    </li>
  );
}

/** Who asks where nobody needs a key. */
const NO_KEY = "this machine";

/** A person with their role, the rule the loop went by, or the clock. */
export function nameOf({ kind, name, role }: ChangeEntry["who"]): string {
  if (kind === "clock") return "The clock";
  if (name === NO_KEY) return "Somebody at this machine";
  if (kind === "person") return role ? `${name}, ${role}` : name;
  if (!name.startsWith("autonomy:")) return `${words(name)}, by itself`;
  return `The loop by itself, as it may (${words(name.slice("autonomy:".length)).toLowerCase()})`;
}

/** `Sponsored search £400.00 → £250.00`. */
export function figureWords({ of, before, after }: ChangeEntry["figures"][number]): string {
  const name = of === "budget" || of === "committed" ? words(of) : channelName(of);
  if (before === null) return `${name} ${formatPence(after)}`;
  return `${name} ${formatPence(before)} → ${after === null ? "nothing" : formatPence(after)}`;
}
