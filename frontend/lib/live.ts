"use client";

/** What the page knows of the running system: threads folded from events, and how the connection is. */

import { create } from "zustand";
import { useEffect } from "react";
import { apiKey, getJson, Problem, socketUrl } from "./api";
import { admit, positions, type Threads } from "./events/log";
import type { Thread } from "./events/thread";
import { type Connection, DashboardSocket, type Socket } from "./socket/dashboard-socket";
import type { Event, EventsSince } from "./types";

interface Live {
  threads: Threads;
  /** How many stored threads were not replayed: `useThread` reads one when it is looked at. */
  older: number;
  /** Threads that were asked for and have no past that is kept. */
  empty: ReadonlySet<string>;
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

const NONE: ReadonlySet<string> = new Set();

export const useLive = create<Live>(() => ({
  threads: {}, older: 0, empty: NONE, connection: { state: "connecting" }, synced: false, epoch: null, aliveAt: 0, today: null, needsKey: false,
}));

/** Whether what is shown may no longer be of this moment. */
export const useIsStale = (): boolean =>
  useLive(({ connection, needsKey }) => needsKey || connection.state === "reconnecting");

export const askForKey = (): void => useLive.setState({ needsKey: true });

export type Heard = (events: Event[]) => void;
const heard = new Set<Heard>();

/** Be told of events that are new and live; replayed history is not news. */
export function onNews(listener: Heard): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

const hinted = new Set<() => void>();

/** Be told that the key figures have changed. */
export function onKpisChanged(listener: () => void): () => void {
  hinted.add(listener);
  return () => hinted.delete(listener);
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
  early.push(...admitted.early);
  for (const id of new Set(admitted.early.map((event) => event.thread_id))) void readPast(id);
  if (admitted.gap) connection?.restart();
}

const PAGE = 1000;
const NOT_FOUND = 404;
let early: Event[] = [];
const reading = new Set<string>();

/**
 * Read the past of a thread that was left out of the replay, then what has come of it since. What cannot be read now
 * is asked for again when it is next looked at or moves.
 */
async function readPast(id: string): Promise<void> {
  if (reading.has(id)) return;
  const begun = useLive.getState().epoch;
  reading.add(id);
  try {
    const past = await pastOf(id);
    const { threads, epoch, empty } = useLive.getState();
    if (epoch !== begun) return;
    const held = early.filter((event) => event.thread_id === id);
    early = early.filter((event) => event.thread_id !== id);
    const read = admit(threads, [...past, ...held], true).threads;
    useLive.setState({ threads: read, empty: read[id] ? empty : new Set([...empty, id]) });
    if (held.length) heard.forEach((listener) => listener(held));
  } catch (error) {
    if (!(error instanceof Problem || error instanceof TypeError)) throw error;
  } finally {
    reading.delete(id);
  }
}

async function pastOf(id: string): Promise<Event[]> {
  const past: Event[] = [];
  try {
    for (;;) {
      const { items } = await getJson<{ items: Event[] }>(`/campaigns/${id}/events?since=${past.at(-1)?.seq ?? 0}&limit=${PAGE}`);
      past.push(...items);
      if (items.length < PAGE) return past;
    }
  } catch (error) {
    // Not every thread is a campaign's: of another, such as the clock's, what comes now is enough.
    if (error instanceof Problem && error.status === NOT_FOUND) return past;
    throw error;
  }
}

/** One thread, read now if it was left out of the replay; undefined while it is read, and when there is none. */
export function useThread(id: string | null): { thread: Thread | undefined; isReading: boolean } {
  const thread = useLive((live) => (id ? live.threads[id] : undefined));
  const isLeftOut = useLive((live) => id !== null && live.older > 0 && !live.threads[id] && !live.empty.has(id));
  useEffect(() => {
    if (id && isLeftOut) void readPast(id);
  }, [id, isLeftOut]);
  return { thread, isReading: isLeftOut };
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
        early = [];
        replaying = true;
        useLive.setState({ threads: {}, older: 0, empty: NONE, epoch });
      },
      onSynced: (epoch, older) => {
        flush();
        replaying = false;
        useLive.setState({ synced: true, epoch, older, empty: NONE });
        heard.forEach((listener) => listener([]));
      },
      onKpisChanged: () => hinted.forEach((listener) => listener()),
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
