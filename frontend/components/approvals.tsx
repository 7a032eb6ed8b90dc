"use client";

import { CircleCheckBig } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Desk } from "@/components/approval-desk";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { Several } from "@/components/gate/several";
import { Unreadable } from "@/components/campaign-table/unreadable";
import { AsksForMoney } from "@/components/model-cost/asks-for-money";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDayShort, formatFlight, formatPence } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { useWaiting } from "@/lib/queries";
import type { WaitingDecision } from "@/lib/types";
import { lastDay } from "@/lib/world-days";

/** What waits for a person, soonest first, and the form to decide with. */
export function Approvals() {
  const decisions = useWaiting();
  const { howOneBegins } = useDayWords();
  const url = useUrlState();
  const waiting = decisions.data?.items ?? [];
  const asking = decisions.data?.asked_for_money ?? [];
  const chosen = url.get("id");
  const id = chosen ?? waiting[0]?.campaign.id ?? null;
  const { set } = url;
  const [picked, setPicked] = useState<string[]>([]);
  const several = waiting.filter((one) => one.is_open && picked.includes(one.campaign.id));
  // What lies on the desk stays there when the list changes under it.
  useEffect(() => {
    if (id && !chosen) set({ id });
  }, [id, chosen, set]);

  const list = useRef<HTMLUListElement>(null);
  const isListed = waiting.some((one) => one.campaign.id === id);
  // Where the list is cut, on a phone, what lies open is seen in it.
  useEffect(() => {
    const row = isListed ? list.current?.querySelector<HTMLElement>("[aria-current]")?.closest("li") : null;
    if (row && list.current) list.current.scrollTop = row.offsetTop - list.current.offsetTop - (list.current.clientHeight - row.offsetHeight) / 2;
  }, [id, isListed]);

  if (decisions.isError && !decisions.data) {
    return <div className="card"><ErrorState error={decisions.error} retry={() => void decisions.refetch()} /></div>;
  }
  if (decisions.isPending) return <div className="card"><Loading label="approvals" rows={8} /></div>;
  const unreadable = decisions.data?.unreadable ?? [];
  return (
    <>
      <Unreadable campaigns={unreadable} place="among what waits" />
      <div className="grid items-start gap-4 xl:grid-cols-[19rem_minmax(0,1fr)]">
        <section className="card" aria-labelledby="waiting-title">
          <h1 id="waiting-title" className="card-title border-b px-4 py-2.5">
            Waiting for you <span className="num font-normal text-ink-3">{decisions.data ? decisions.data.open + asking.length : null}</span>
          </h1>
          <AsksForMoney asking={asking} />
          {waiting.length ? (
            <ul ref={list} className="scroll-thin scroll-fade max-h-52 overflow-y-auto p-1.5 xl:max-h-none" tabIndex={0} aria-label="Waiting for you">
              {waiting.map((one) => (
                <WaitingRow
                  key={one.campaign.id} waiting={one} isHere={one.campaign.id === id} isPicked={picked.includes(one.campaign.id)}
                  onPick={(isPicked) => setPicked(isPicked ? [...picked, one.campaign.id] : picked.filter((other) => other !== one.campaign.id))}
                  onSelect={() => url.set({ id: one.campaign.id }, { isStep: one.campaign.id !== id })}
                />
              ))}
            </ul>
          ) : (
            <p className="px-4 py-6 text-center text-[0.8125rem] text-ink-2">{asking.length ? "No proposal waits." : unreadable.length ? "Nothing else waits." : "Nothing waits."}</p>
          )}
          <Several chosen={several} onNone={() => setPicked([])} />
        </section>
        <div className="card min-w-0">
          {id ? (
            <Desk key={id} id={id} />
          ) : (
            <EmptyState icon={CircleCheckBig} title={asking.length ? "No proposal is ready" : "Everything is decided"}>
              A campaign comes here when its plan and its ads are ready. {howOneBegins}
            </EmptyState>
          )}
        </div>
      </div>
    </>
  );
}

interface WaitingRowProps {
  waiting: WaitingDecision;
  isHere: boolean;
  isPicked: boolean;
  onPick: (isPicked: boolean) => void;
  onSelect: () => void;
}

function WaitingRow({ waiting: { campaign, decide_before, is_open, budget, flight }, isHere, isPicked, onPick, onSelect }: WaitingRowProps) {
  const until = !is_open ? "Too late" : decide_before ? `Decide by ${formatDayShort(lastDay(decide_before))}` : "No deadline";
  return (
    <li className="flex items-start gap-1">
      <input
        type="checkbox" className="mt-3 ml-1 shrink-0" aria-label={`Choose ${campaign.called}`} disabled={!is_open}
        checked={isPicked} onChange={(event) => onPick(event.target.checked)}
      />
      <button
        type="button" aria-current={isHere ? "true" : undefined} onClick={onSelect}
        className={`min-w-0 flex-1 rounded-lg px-2.5 py-2 text-left ${isHere ? "bg-accent-soft" : "hover:bg-idle-soft"}`}
      >
        <span className="flex items-baseline justify-between gap-2">
          <span className="text-[0.8125rem] font-medium">{campaign.called}</span>
          <span className={`num shrink-0 text-xs font-medium ${is_open ? "text-wait" : "text-bad"}`}>{until}</span>
        </span>
        <span className="mt-0.5 line-clamp-2 text-xs text-ink-2">{campaign.headline}</span>
        <span className="num mt-0.5 block text-xs text-ink-3">
          {formatPence(budget)}{flight ? ` · runs ${formatFlight(flight.start, flight.end)}` : ""}
        </span>
      </button>
    </li>
  );
}
