"use client";

/** What the page knows of the running system: threads folded from events, and how the connection is. */

import { create } from "zustand";
import { useEffect } from "react";
import { useShallow } from "zustand/react/shallow";
import { apiKey, getJson, Problem, socketUrl } from "./api";
import { type Drafts, withDraft, withoutFinished } from "./events/drafts";
import { admit, kept, positions, type Threads } from "./events/log";
import type { Thread } from "./events/thread";
import { type Connection, DashboardSocket, type Socket } from "./socket/dashboard-socket";
import type { Event, EventsSince } from "./types";

interface Live {
  /** What began while the page was open, and what has been looked at: `useThread` reads the past of one. */
  threads: Threads;
  /** Threads that were asked for and have no past that is kept. */
  empty: ReadonlySet<string>;
  /** Answers that models are giving in the campaign that is watched. */
  drafts: Drafts;
  connection: Connection;
  /** Whether all that happens has been told from a moment on. */
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
  threads: {}, empty: NONE, drafts: {}, connection: { state: "connecting" }, synced: false, epoch: null, aliveAt: 0, today: null, needsKey: false,
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

/** Milliseconds between two looks at what was missed; drawing it at every frame would hold it up. */
const REPLAY_DRAWN_EVERY = 250;
/** Milliseconds a page that has been opened has to itself. */
const SETTLED_AFTER = 2000;
/** Threads that are held at most, those that run or are looked at aside. */
const KEPT = 60;

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
  const days = batch.flatMap(({ params: { data } }) => (data.kind === "clock.day" ? [data.today] : []));
  const today = days.at(-1) ?? useLive.getState().today;
  const drafts = withoutFinished(useLive.getState().drafts, batch);
  useLive.setState({ threads: kept(admitted.threads, KEPT, isWanted), drafts, today });
  // A past that is still read is admitted although nobody looks any more: what happens meanwhile belongs to it.
  const isHeld = ({ thread_id: id }: Event): boolean => isWanted(id) || reading.has(id);
  const held = admitted.early.filter(isHeld);
  early.push(...held);
  // What happens in campaigns nobody looks at is news all the same.
  const told = [...admitted.applied, ...admitted.early.filter((event) => !isHeld(event))];
  if (!replaying && told.length) heard.forEach((listener) => listener(told));
  for (const id of new Set(held.map((event) => event.thread_id))) void readPast(id);
  if (admitted.gap) connection?.restart();
}

const PAGE = 1000;
const NOT_FOUND = 404;
let early: Event[] = [];
const reading = new Set<string>();
/** How many parts of the page look at each thread. */
const wanted = new Map<string, number>();
const isWanted = (id: string): boolean => wanted.has(id);

/** Read the past of a thread, then what has come of it since. What cannot be read now is asked for again when it moves. */
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
    // An address may name a campaign there is not.
    if (error instanceof Problem && error.status === NOT_FOUND) return past;
    throw error;
  }
}

/** Those of some threads that are known, their past read now where it is not; each is kept for as long as it is looked at. */
export function useThreads(ids: readonly string[]): { threads: Thread[]; isReading: boolean } {
  const known = useLive(useShallow((live) => ids.map((id) => live.threads[id])));
  const missing = useLive((live) => ids.filter((id) => !live.threads[id] && !live.empty.has(id)).join(" "));
  const synced = useLive((live) => live.synced);
  const all = ids.join(" ");
  useEffect(() => {
    const looked = all ? all.split(" ") : [];
    for (const id of looked) wanted.set(id, (wanted.get(id) ?? 0) + 1);
    return () => {
      for (const id of looked) {
        const others = (wanted.get(id) ?? 1) - 1;
        if (others) wanted.set(id, others);
        else wanted.delete(id);
      }
    };
  }, [all]);
  useEffect(() => {
    // Before it is synced, what happens meanwhile would be told to nobody.
    if (synced && missing) for (const id of missing.split(" ")) void readPast(id);
  }, [missing, synced]);
  return { threads: known.filter((thread) => thread !== undefined), isReading: missing !== "" };
}

/** One thread; undefined while it is read, and when there is none. */
export function useThread(id: string | null): { thread: Thread | undefined; isReading: boolean } {
  const { threads: [thread], isReading } = useThreads(id ? [id] : []);
  return { thread, isReading };
}

let connection: DashboardSocket | null = null;
let watched: readonly string[] = [];

/** See the answers of one campaign being written, for as long as this part of the page is shown. */
export function useWatching(id: string | null): void {
  useEffect(() => {
    watched = id ? [id] : [];
    connection?.watch(watched);
    return () => {
      watched = [];
      connection?.watch(watched);
      useLive.setState({ drafts: {} });
    };
  }, [id]);
}

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
        if (next.state === "replaying") {
          replaying = true;
          // What was taken back while nobody was told of it must not stay.
          useLive.setState({ drafts: {} });
        }
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
        useLive.setState({ threads: {}, empty: NONE, epoch });
      },
      onSynced: (epoch) => {
        flush();
        replaying = false;
        const isFirst = !useLive.getState().synced;
        useLive.setState({ synced: true, epoch, empty: NONE });
        // Whatever was answered before now may be older than what is told from now on. Of a page that has just been
        // opened that is a moment's worth, and is not to stand in the way of what it still waits for.
        window.setTimeout(() => heard.forEach((listener) => listener([])), isFirst ? SETTLED_AFTER : 0);
      },
      onDraft: (draft) => useLive.setState(({ drafts }) => ({ drafts: withDraft(drafts, draft) })),
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
  client.watch(watched);
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
