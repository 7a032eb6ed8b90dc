"use client";

/** What the page knows of the running system: threads folded from events, and how the connection is. */

import { create } from "zustand";
import { apiKey, getJson, socketUrl } from "./api";
import { admit, positions, type Threads } from "./events/log";
import { type Connection, DashboardSocket, type Socket } from "./socket/dashboard-socket";
import type { Event, EventsSince } from "./types";

interface Live {
  threads: Threads;
  connection: Connection;
  /** Whether all that was stored has been read once. */
  synced: boolean;
  epoch: string | null;
  /** The last sign of life of the server, on the reader's clock. */
  aliveAt: number;
  /** The live world's day, when the clock has told it. */
  today: string | null;
  /** Whether the server refused to answer without a key it knows; the page is loaded anew once one is given. */
  needsKey: boolean;
}

export const useLive = create<Live>(() => ({
  threads: {}, connection: { state: "connecting" }, synced: false, epoch: null, aliveAt: 0, today: null, needsKey: false,
}));

export const askForKey = (): void => useLive.setState({ needsKey: true });

export type Heard = (events: Event[]) => void;
const heard = new Set<Heard>();

/** Be told of events that are new and live; replayed history is not news. */
export function onNews(listener: Heard): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

let waiting: Event[] = [];
let replaying = true;
let frame: number | null = null;

/** Milliseconds between two looks at a history that is being replayed; drawing it at every frame would hold it up. */
const REPLAY_DRAWN_EVERY = 250;

/** Events are folded in once a frame: a burst of hundreds draws once. A hidden tab has no frames, so a timer serves. */
function schedule(): void {
  if (frame !== null) return;
  if (replaying) frame = window.setTimeout(flush, REPLAY_DRAWN_EVERY);
  else frame = document.hidden ? window.setTimeout(flush, 100) : window.requestAnimationFrame(flush);
}

function flush(): void {
  frame = null;
  if (!waiting.length) return;
  const batch = waiting;
  waiting = [];
  const admitted = admit(useLive.getState().threads, batch, replaying);
  const days = admitted.applied.flatMap(({ params: { data } }) => (data.kind === "clock.day" ? [data.today] : []));
  const today = days.at(-1) ?? useLive.getState().today;
  useLive.setState({ threads: admitted.threads, today });
  if (!replaying && admitted.applied.length) heard.forEach((listener) => listener(admitted.applied));
  if (admitted.gap) connection?.restart();
}

let connection: DashboardSocket | null = null;

function openSocket(): Socket {
  const socket = new WebSocket(socketUrl());
  const wrapped: Socket = {
    onopen: null, onmessage: null, onclose: null,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  };
  socket.onopen = () => wrapped.onopen?.();
  socket.onmessage = (message: MessageEvent<string>) => wrapped.onmessage?.(message);
  socket.onclose = (event) => wrapped.onclose?.(event);
  return wrapped;
}

/** Connect for as long as the page is open. Returns how to let go. */
export function connect(): () => void {
  const client = new DashboardSocket(
    {
      open: openSocket,
      poll: (since) => getJson<EventsSince>(`/events?since=${since}&limit=1000`),
      now: () => Date.now(),
      later: (run, milliseconds) => window.setTimeout(run, milliseconds),
      cancel: (timer) => window.clearTimeout(timer),
      random: Math.random,
    },
    {
      onConnection: (next) => {
        if (next.state === "replaying") replaying = true;
        useLive.setState({ connection: next });
        if (next.state === "unauthorized") askForKey();
      },
      onEvent: (event) => {
        waiting.push(event);
        schedule();
      },
      onResync: (epoch) => {
        waiting = [];
        replaying = true;
        useLive.setState({ threads: {}, epoch });
      },
      onSynced: (epoch) => {
        flush();
        replaying = false;
        useLive.setState({ synced: true, epoch });
        heard.forEach((listener) => listener([]));
      },
      onAlive: () => {
        if (Date.now() - useLive.getState().aliveAt > 1000) useLive.setState({ aliveAt: Date.now() });
      },
      known: () => {
        flush();
        const { epoch, threads } = useLive.getState();
        return { epoch, since: positions(threads) };
      },
      token: apiKey,
    },
  );
  connection = client;
  client.start();
  const wake = (): void => {
    if (!document.hidden) client.retryNow();
  };
  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  return () => {
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
    client.stop();
    connection = null;
  };
}

export const retryNow = (): void => connection?.retryNow();
