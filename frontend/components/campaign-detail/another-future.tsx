"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { GitFork } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Section } from "@/components/basics/section";
import { getJson, inSentences, postUntilAnswered } from "@/lib/api";
import { otherwise } from "@/components/never-happened";
import { useMay } from "@/lib/caller";
import { formatMoment, formatPence } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import type { Fork, SideBySide } from "@/lib/types";

const ON_ITS_WAY = ["sensing", "planned", "active"];
const LOOK_MS = 1000;
/** What an engineer compares: the command line and the API tell it. */
const NOT_OF_MEDIA = /^(lesson|drafts of the ads|questions to the model)/;
/** What would have come of another budget: a fork in a world of its own, which never happened, beside what did. */
export function AnotherFuture({ campaignId, planned }: { campaignId: string; planned: number }) {
  const forks = useQuery({ queryKey: ["campaign", campaignId, "forks"], queryFn: ({ signal }) => getJson<{ items: Fork[] }>(`/campaigns/${campaignId}/forks`, signal) });
  const [chosen, setChosen] = useState<string | null>(null);
  const may = useMay("operator");
  const items = forks.data?.items ?? [];
  const shown = items.find((one) => one.fork_id === chosen) ?? items[0];
  if (!may && !items.length) return null;
  return (
    <Section id="another-future" title="Another future">
      {may ? <Ask campaignId={campaignId} planned={planned} onForked={setChosen} /> : null}
      {items.length > 1 ? (
        <label className="mt-3 block text-xs text-ink-2">Shown
          <select className="field mt-1" value={shown?.fork_id} onChange={(event) => setChosen(event.target.value)}>
            {items.map((one) => <option key={one.fork_id} value={one.fork_id}>{`${otherwise(one.changes)} (at ${one.node}, ${formatMoment(one.forked_at)})`}</option>)}
          </select>
        </label>
      ) : null}
      {shown ? <Compared campaignId={campaignId} fork={shown} /> : null}
      <p className="mt-3 text-xs text-ink-3">Simulated, in a world and on an account of its own: nothing is booked, and nobody learns from it.</p>
    </Section>
  );
}

/** On the page of another future: the same, from its side. */
export function BesideWhatHappened({ fork }: { fork: Fork }) {
  return (
    <Section id="another-future" title="Beside what happened">
      <Compared campaignId={fork.campaign_id} fork={fork} />
    </Section>
  );
}

function Ask({ campaignId, planned, onForked }: { campaignId: string; planned: number; onForked: (id: string) => void }) {
  const client = useQueryClient();
  const [budget, setBudget] = useState("");
  const id = useId();
  const isStale = useIsStale();
  const ask = useMutation({
    mutationFn: () => postUntilAnswered<Fork>(`/campaigns/${campaignId}/forks`, { set: { "plan.budget": budget } }),
    onSuccess: (fork) => {
      onForked(fork.fork_id);
      void client.invalidateQueries({ queryKey: ["campaign", campaignId, "forks"] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="text-xs text-ink-2">What if its plan had spent another sum than {formatPence(planned)}?</label>
        <input id={id} className="field mt-1" inputMode="decimal" required placeholder="pounds" value={budget} onChange={(event) => setBudget(event.target.value)} />
      </div>
      <button type="submit" className="btn" disabled={ask.isPending || isStale}><GitFork aria-hidden size={15} />{ask.isPending ? "Begun…" : "Try it"}</button>
      {ask.error ? <p role="alert" className="w-full text-xs text-bad">{inSentences(ask.error)}</p> : null}
    </form>
  );
}

function Compared({ campaignId, fork }: { campaignId: string; fork: Fork }) {
  const both = useQuery({
    queryKey: ["campaign", campaignId, "comparison", fork.fork_id],
    queryFn: ({ signal }) => getJson<SideBySide>(`/campaigns/${campaignId}/comparison/${fork.fork_id}`, signal),
    refetchInterval: ({ state: { data } }) => (data && ON_ITS_WAY.includes(statusIn(data)) ? LOOK_MS : false),
  });
  const differing = (both.data?.items ?? []).filter((one) => one.before !== one.after && !NOT_OF_MEDIA.test(one.what));
  const isOnItsWay = both.data !== undefined && ON_ITS_WAY.includes(statusIn(both.data));
  return (
    <div className="mt-3" aria-busy={isOnItsWay}>
      <p role="status" className="text-xs text-ink-2">{isOnItsWay ? "On its way…" : `Otherwise: ${otherwise(fork.changes)}`}</p>
      {both.error ? <p role="alert" className="mt-1 text-xs text-bad">{inSentences(both.error)}</p> : null}
      {isOnItsWay || !both.data ? null : differing.length ? (
        <table className="num mt-2 w-full text-xs">
          <caption className="sr-only">What differs between what happened and the other future</caption>
          <thead><tr className="border-b text-left text-ink-3"><th scope="col" className="py-1 pr-2 font-normal"><span className="sr-only">Figure</span></th><th scope="col" className="py-1 pr-2 font-normal">As it was</th><th scope="col" className="py-1 font-normal">Otherwise</th></tr></thead>
          <tbody>
            {differing.map((one) => (
              <tr key={one.what} className="border-b align-top last:border-0">
                <th scope="row" className="py-1 pr-2 text-left font-normal text-ink-2">{one.what}</th>
                <td className="py-1 pr-2 wrap-anywhere">{one.before === "-" ? "–" : one.before}</td>
                <td className="py-1 font-medium wrap-anywhere">{one.after === "-" ? "–" : one.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : <p className="mt-1 text-xs text-ink-2">Nothing differs.</p>}
    </div>
  );
}

const statusIn = (both: SideBySide): string => both.items.find((one) => one.what === "status")?.after ?? "";
