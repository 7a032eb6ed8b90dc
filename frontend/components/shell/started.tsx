"use client";

import { Waypoints, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { startedIn } from "@/lib/events/following";
import { named } from "@/lib/format";
import { onNews, useLive } from "@/lib/live";

/** Milliseconds: campaigns that start within so short a time are told of together, and for how long. */
const TOGETHER = 1500;
const SHOWN_FOR = 15_000;

const said = (count: number): string => `${count} ${count === 1 ? "campaign" : "campaigns"} started`;

/** Says on screen and aloud that campaigns have started, and leads to their steps. */
export function Started() {
  const [ids, setIds] = useState<string[]>([]);
  const [aloud, setAloud] = useState("");
  const timers = useRef<number[]>([]);
  useEffect(() => {
    let counted = 0;
    const clear = (): void => timers.current.forEach((timer) => window.clearTimeout(timer));
    const forget = onNews((news) => {
      const begun = startedIn(news);
      if (!begun.length) return;
      const isMore = counted > 0;
      counted += begun.length;
      setIds((before) => (isMore ? [...before, ...begun] : begun));
      clear();
      timers.current = [
        window.setTimeout(() => {
          setAloud(`${said(counted)}.`);
          counted = 0;
        }, TOGETHER),
        window.setTimeout(() => {
          setIds([]);
          setAloud("");
        }, SHOWN_FOR),
      ];
    });
    return () => {
      forget();
      clear();
    };
  }, []);
  return (
    <>
      <div aria-live="polite" className="sr-only">{aloud}</div>
      {ids.length ? <Notice ids={ids} onClose={() => setIds([])} /> : null}
    </>
  );
}

function Notice({ ids, onClose }: { ids: string[]; onClose: () => void }) {
  const threads = useLive((live) => live.threads);
  const known = ids.filter((id) => threads[id]?.category);
  return (
    <section
      aria-label="Campaigns started"
      className="card fixed right-4 bottom-20 z-40 flex max-w-[min(24rem,calc(100vw-2rem))] items-start gap-3 py-2.5 pr-2 pl-4 shadow-(--lift) lg:bottom-5"
    >
      <Waypoints aria-hidden size={16} className="mt-0.5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1">
        <p className="text-[0.8125rem] font-semibold">{said(ids.length)}</p>
        <p className="mt-0.5 flex min-h-5 flex-wrap gap-x-3 text-xs">
          {known.length ? (
            known.map((id) => (
              <Link key={id} href={`/steps?campaign=${id}`} className="tap font-medium text-accent hover:underline">
                {named(threads[id]?.category ?? "")}
              </Link>
            ))
          ) : (
            <span className="text-ink-3">Sensing the day…</span>
          )}
        </p>
      </div>
      <button type="button" className="btn btn-quiet btn-icon -my-1 shrink-0" aria-label="Close the notice" onClick={onClose}>
        <X aria-hidden size={14} />
      </button>
    </section>
  );
}
