"use client";

import { CircleAlert, KeyRound, LoaderCircle, Radio, RefreshCw, WifiOff } from "lucide-react";
import { formatClock } from "@/lib/format";
import { useNow } from "@/lib/hooks/use-now";
import { retryNow, useLive } from "@/lib/live";

/** In the bar: the connection's state in a word. */
export function ConnectionBadge() {
  const { connection, synced, needsKey } = useLive();
  const state = needsKey ? "unauthorized" : connection.state;
  const [Icon, label, tone] = {
    live: [Radio, "Live", "text-ok"],
    replaying: [LoaderCircle, synced ? "Catching up" : "Loading history", "text-ink-2"],
    connecting: [LoaderCircle, "Connecting", "text-ink-2"],
    polling: [RefreshCw, "Polling", "text-wait"],
    reconnecting: [WifiOff, "Offline", "text-bad"],
    unauthorized: [KeyRound, "Key needed", "text-bad"],
  }[state] as [typeof Radio, string, string];
  return (
    <span data-connection={state} title={label} className={`inline-flex items-center gap-1.5 px-1 text-xs font-medium ${tone}`}>
      <Icon aria-hidden size={14} strokeWidth={2.25} />
      <span className={state === "live" ? "max-sm:sr-only" : "max-[24rem]:sr-only"}>{label}</span>
    </span>
  );
}

/** Above the page while it is not live: why, since when, and when it is tried again. */
export function ConnectionBanner() {
  const { connection, aliveAt, needsKey } = useLive();
  const now = useNow(500, connection.state === "reconnecting");
  if (needsKey) return null;
  if (connection.state === "polling") {
    return (
      <Banner tone="wait">
        The live connection is blocked, so this page asks the server every two seconds instead. Everything works, a little later.
      </Banner>
    );
  }
  if (connection.state !== "reconnecting") return null;
  const seconds = now ? Math.max(0, Math.ceil((connection.retryAt - now) / 1000)) : null;
  return (
    <Banner tone="bad">
      <span>
        <strong className="font-semibold">Not connected.</strong>{" "}
        {aliveAt ? `Figures are as of ${formatClock(aliveAt)}.` : "Nothing has been read yet."}{" "}
        <span className="num">{seconds === null || seconds === 0 ? "Trying again…" : `Trying again in ${seconds} s.`}</span>
      </span>
      <button type="button" className="btn ml-auto" onClick={retryNow}>
        Try now
      </button>
    </Banner>
  );
}

function Banner({ tone, children }: { tone: "wait" | "bad"; children: React.ReactNode }) {
  return (
    <div role="status" className={`tone-${tone} flex flex-wrap items-center gap-2 border-b px-4 py-2 text-[0.8125rem]`}>
      <CircleAlert aria-hidden size={16} className="shrink-0" />
      {children}
    </div>
  );
}
