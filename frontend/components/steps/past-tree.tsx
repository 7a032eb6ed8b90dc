"use client";

import { useQuery } from "@tanstack/react-query";
import { GitFork } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/components/basics/badge";
import { ErrorState, Loading } from "@/components/basics/states";
import { getJson } from "@/lib/api";
import { formatMoment, words } from "@/lib/format";
import { statusOf } from "@/lib/status";
import type { CampaignPast, Difference, Fork, PastCheckpoint } from "@/lib/types";

/** Every state a campaign has been in, its other futures where they began, and what differs between any two states. */
export function PastTree({ campaignId, length }: { campaignId: string; length: number }) {
  const past = useQuery({
    // As the campaign goes on, its events say that there is more.
    queryKey: ["campaign", campaignId, "past", length],
    queryFn: ({ signal }) => getJson<CampaignPast>(`/campaigns/${campaignId}/past`, signal),
    placeholderData: (before) => before,
  });
  const [chosen, setChosen] = useState<{ from: string; to: string } | null>(null);
  if (past.isError) return <ErrorState error={past.error} retry={() => void past.refetch()} />;
  if (!past.data) return <Loading label="its past" />;
  const items = past.data.items;
  const [newest, oldest] = [items[0], items.at(-1)];
  if (!newest || !oldest) {
    return (
      <div className="p-4 text-[0.8125rem] text-ink-2">
        <p>{past.data.forks.length ? "Its states are kept where it runs, in LangGraph Studio." : "It has not begun, or runs in LangGraph Studio."}</p>
        <Apart forks={past.data.forks} />
      </div>
    );
  }
  const known = (id: string | undefined, other: string): string => (items.some((one) => one.checkpoint_id === id) ? (id ?? other) : other);
  const pair = { from: known(chosen?.from, oldest.checkpoint_id), to: known(chosen?.to, newest.checkpoint_id) };
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="overflow-x-auto">
        <table className="num w-full text-xs" data-past>
          <caption className="sr-only">The states it has been in, the newest first; choose two to see what differs</caption>
          <thead>
            <tr className="border-b text-left text-ink-3">
              <th scope="col" className="py-1 pr-2 font-normal">From</th><th scope="col" className="py-1 pr-3 font-normal">To</th>
              <th scope="col" className="py-1 pr-3 font-normal">After</th><th scope="col" className="py-1 pr-3 font-normal">Status</th><th scope="col" className="py-1 font-normal">Why it ran</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => <Row key={one.checkpoint_id} one={one} pair={pair} choose={setChosen} />)}
          </tbody>
        </table>
      </div>
      <Apart forks={past.data.forks} />
      <Between campaignId={campaignId} {...pair} />
    </div>
  );
}

/** Other futures that began at none of the states shown. */
function Apart({ forks }: { forks: Fork[] }) {
  if (!forks.length) return null;
  return (
    <ul className="text-xs text-ink-2" aria-label="Other futures from elsewhere" data-apart>
      {forks.map((fork) => (
        <li key={fork.fork_id} className="border-b py-1 last:border-0">
          <GitFork aria-hidden size={13} className="mr-1 inline" />
          <Link className="text-accent hover:underline" href={`/campaigns?id=${fork.fork_id}`}>Another future</Link>{" "}
          {fork.checkpoint_id ? `from ${words(fork.node).toLowerCase()}` : "from the very beginning"}, {formatMoment(fork.forked_at)}: {fork.changes}
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  one: PastCheckpoint;
  pair: { from: string; to: string };
  choose: (pair: { from: string; to: string }) => void;
}

function Row({ one, pair, choose }: RowProps) {
  const after = one.ran.map((ran) => words(ran.node)).join(", ") || "The beginning";
  return (
    <>
      <tr className="border-b align-top">
        {(["from", "to"] as const).map((side) => (
          <td key={side} className="pr-2">
            <label className="inline-flex min-h-6 min-w-6 items-center pointer-coarse:min-h-11 pointer-coarse:min-w-11">
              <input type="radio" name={`past-${side}`} aria-label={`${side} the state after ${after}`} checked={pair[side] === one.checkpoint_id} onChange={() => choose({ ...pair, [side]: one.checkpoint_id })} />
            </label>
          </td>
        ))}
        <th scope="row" className="py-1.5 pr-3 text-left font-medium">{after}</th>
        <td className="py-1 pr-3"><Badge shown={statusOf(one.status)} /></td>
        <td className="py-1.5 text-ink-2">{one.ran.map(why).join(" ")}</td>
      </tr>
      {one.forks.map((fork) => (
        <tr key={fork.fork_id} className="border-b">
          <td colSpan={5} className="py-1 pl-6 text-ink-2">
            <GitFork aria-hidden size={13} className="mr-1 inline" />
            <Link className="text-accent hover:underline" href={`/steps?campaign=${fork.fork_id}`}>Another future</Link> from here, {formatMoment(fork.forked_at)}: {fork.changes}
          </td>
        </tr>
      ))}
    </>
  );
}

/** Why a node ran, in a media team's words. */
export function why(ran: PastCheckpoint["ran"][number]): string {
  const said = [ran.after ? `${words(ran.after)} led there` : "The campaign began there"];
  if (ran.attempts > 1) said.push(`attempt ${ran.attempts}, after: ${ran.failed.join(" ")}`);
  if (ran.cached) said.push("from the cache");
  if (ran.models.length) said.push(`${ran.models.length} ${ran.models.length === 1 ? "answer" : "answers"} of the model`);
  const failed = ran.unanswered?.length ?? 0;
  if (failed) said.push(`${failed} failed ${failed === 1 ? "call" : "calls"} of the model`);
  if (ran.asked) said.push(ran.answer ? `answered: ${ran.answer}` : "waits for an answer");
  return `${said.join("; ")}.`;
}

function Between({ campaignId, from, to }: { campaignId: string; from: string; to: string }) {
  const differing = useQuery({
    queryKey: ["campaign", campaignId, "past", from, to],
    queryFn: ({ signal }) => getJson<{ items: Difference[] }>(`/campaigns/${campaignId}/past/${from}/differences/${to}`, signal),
    staleTime: Infinity,
  });
  if (differing.isError) return <ErrorState error={differing.error} retry={() => void differing.refetch()} />;
  if (!differing.data) return <Loading label="what differs" />;
  if (!differing.data.items.length) return <p className="text-xs text-ink-2">Nothing differs.</p>;
  return (
    <div className="overflow-x-auto">
      <table className="num w-full text-xs" data-between>
        <caption className="pb-1 text-left font-semibold">What differs</caption>
        <thead>
          <tr className="border-b text-left text-ink-3">
            <th scope="col" className="py-1 pr-2 font-normal"><span className="sr-only">What</span></th>
            <th scope="col" className="py-1 pr-2 font-normal">From</th><th scope="col" className="py-1 font-normal">To</th>
          </tr>
        </thead>
        <tbody>
          {differing.data.items.map((one) => (
            <tr key={one.what} className="border-b align-top last:border-0">
              <th scope="row" className="py-1 pr-2 text-left font-normal text-ink-2">{one.what}</th>
              <td className="min-w-24 py-1 pr-2 wrap-anywhere">{one.before === "-" ? "–" : one.before}</td>
              <td className="py-1 font-medium wrap-anywhere">{one.after === "-" ? "–" : one.after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
