"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { useSetClock, useSetSwitch, useTrigger } from "@/components/world-controls/actions";
import { getJson, inSentences } from "@/lib/api";
import { formatDay, words } from "@/lib/format";
import { useClock, useKillSwitch, useScenarios } from "@/lib/queries";
import { statusOf } from "@/lib/status";
import type { CampaignPage } from "@/lib/types";
import { fitting, PAGES } from "./shortcuts";

interface Item {
  id: string;
  label: string;
  note: string;
  act: () => unknown;
}

const LEAST_LETTERS = 2;

/** Everything under one field: pages, campaigns by any of their words or their id, and what can be done to the world. */
export default function Palette({ onClose, onMap }: { onClose: () => void; onMap: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const sought = useDeferredValue(typed.trim());
  const { items, isPending, refused } = useItems(sought, onMap);
  const isLate = sought !== typed.trim();
  // Enter before anything is found goes to the first that will be.
  const isEager = useRef(false);
  const [problem, setProblem] = useState("");
  const chosen = items[Math.min(at, items.length - 1)];
  useEffect(() => {
    if (!element.current?.open) element.current?.showModal();
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${chosen?.id}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen?.id]);

  // What is being done is done once, however long Enter is held.
  const isBusy = useRef(false);
  const act = async (item: Item): Promise<void> => {
    if (isBusy.current) return;
    isBusy.current = true;
    try {
      await item.act();
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? inSentences(error) : String(error));
    } finally {
      isBusy.current = false;
    }
  };
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (!isEager.current || isLate || (isPending && !chosen)) return;
    isEager.current = false;
    if (chosen) void latest.current(chosen);
  }, [isLate, isPending, chosen]);
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length) setAt((Math.min(at, items.length - 1) + step + items.length) % items.length);
    else if (event.key === "Enter" && !event.repeat && !event.nativeEvent.isComposing) {
      if (chosen && !isLate) void act(chosen);
      else isEager.current = isLate || isPending;
    } else return;
    event.preventDefault();
  };
  return (
    <dialog ref={element} aria-label="Search and go anywhere" closedby="any" onClose={onClose} className="card mt-[12dvh] w-[min(36rem,calc(100vw-2rem))] overflow-hidden p-0 shadow-(--lift)">
      <input
        role="combobox" aria-label="Page, campaign or action" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list"
        aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined} autoComplete="off" placeholder="Page, campaign or action"
        className="w-full border-b bg-transparent px-4 py-3 outline-none" value={typed} onKeyDown={press}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
          isEager.current = false;
          setProblem("");
        }}
      />
      <ul role="listbox" id={`${id}-list`} aria-label="What fits" className="max-h-[50dvh] overflow-y-auto p-1.5">
        {items.map((item) => (
          <li
            key={item.id} id={`${id}-${item.id}`} role="option" aria-selected={item === chosen}
            className={`flex cursor-pointer items-baseline gap-3 rounded-md px-2.5 py-2 text-[0.8125rem] ${item === chosen ? "bg-accent-soft text-accent" : ""}`}
            onPointerUp={(event) => event.button === 0 && void act(item)} onMouseMove={() => setAt(items.indexOf(item))}
          >
            <span className="min-w-0 flex-1 truncate">{item.label}</span>
            <span className="shrink-0 text-xs text-ink-3">{item.note}</span>
          </li>
        ))}
      </ul>
      <p role="status" className="px-4 pb-2 text-xs text-ink-3">{refused ? inSentences(refused) : items.length ? "" : isPending ? "Looking…" : "Nothing fits. Try a category, a word of an ad, or how an id begins."}</p>
      {problem ? <p role="alert" className="px-4 pb-3 text-xs text-bad">{problem}</p> : null}
    </dialog>
  );
}

function useItems(typed: string, onMap: () => void): { items: Item[]; isPending: boolean; refused: Error | null } {
  const router = useRouter();
  const pages = PAGES.map((page) => ({ id: `page${page.letter}`, label: page.label, note: `g ${page.letter}`, act: () => router.push(page.href) }));
  const found = useQuery({
    queryKey: ["campaigns", "found", typed], enabled: typed.length >= LEAST_LETTERS,
    queryFn: ({ signal }) => getJson<CampaignPage>(`/campaigns?${new URLSearchParams({ limit: "8", text: typed })}`, signal),
  });
  const campaigns = (typed.length >= LEAST_LETTERS ? found.data?.items ?? [] : []).map((one) => ({
    id: one.id,
    label: `${one.called}${one.headline ? `: ${one.headline}` : ""}`,
    note: `${statusOf(one.status).label}, ${formatDay(one.detected_on)}`,
    act: () => router.push(`/campaigns?id=${one.id}`),
  }));
  return { items: [...fitting([...pages, ...useActions(onMap)], typed), ...campaigns], isPending: found.isFetching, refused: found.error };
}

/** What can be done from everywhere. The server refuses what the caller may not, and what would let proposals lapse. */
function useActions(onMap: () => void): Item[] {
  const { mutateAsync: setClock } = useSetClock();
  const { mutateAsync: setSwitch } = useSetSwitch();
  const { mutateAsync: trigger } = useTrigger();
  const clock = useClock().data;
  const isStopped = useKillSwitch().data?.stopped;
  const scenarios = useScenarios().data?.scenarios ?? [];
  const items: Item[] = [];
  if (isStopped === false) items.push({ id: "stop", label: "Stop booking", note: "at once", act: () => setSwitch({ stopped: true, reason: "Stopped with Ctrl-K" }) });
  if (clock && clock.calendar !== "real") {
    items.push({ id: "clock", label: clock.running ? "Pause the clock" : "Start the clock", note: "", act: () => setClock({ running: !clock.running }) });
    items.push(...scenarios.map(({ name }) => ({ id: `trigger${name}`, label: `Trigger ${words(name)}`, note: "scenario", act: () => trigger({ scenario: name }) })));
  }
  items.push({ id: "map", label: "Keyboard map", note: "?", act: onMap });
  return items;
}
