/**
 * The dashboard's connection: one socket that is taken up again where it broke, and HTTP polling where sockets are
 * blocked. Knows nothing of what events mean.
 */

import type { AnswerDraft, Event, EventsSince, Hello, ServerMessage } from "@/lib/types";

export type Connection =
  | { state: "connecting" }
  | { state: "replaying" }
  | { state: "live" }
  | { state: "reconnecting"; retryAt: number; reason: string }
  | { state: "polling"; reason: string }
  | { state: "unauthorized" };

/** What the connection needs of the page, so that tests can stand in for it. */
export interface Surroundings {
  open(): Socket;
  /** `end` for nothing but where the log ends. */
  poll(since: number | "end"): Promise<EventsSince>;
  now(): number;
  later(run: () => void, milliseconds: number): number;
  cancel(timer: number): void;
  random(): number;
}

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Listener {
  onConnection(connection: Connection): void;
  onEvent(event: Event): void;
  /** Forget what is known: what follows is the whole. */
  onResync(epoch: string): void;
  /** All that was missed has been told. */
  onSynced(epoch: string): void;
  /** How far an answer has come of a campaign that is watched. */
  onDraft(draft: AnswerDraft): void;
  /** The key figures would be answered otherwise now. */
  onKpisChanged(): void;
  /** Any sign of life. */
  onAlive(): void;
  /** What the page has already, and of which epoch. */
  known(): { epoch: string | null; since: Record<string, number> };
  token(): string | null;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
/** The server's heart beats every 4 s; a live socket silent for longer than this is dead. */
const SILENCE_MS = 9_000;
/** Before it is live: to open, and to be told the past, may take a slow line longer. */
const PATIENCE_MS = 40_000;
const POLL_MS = 2000;
/** Of threads not known yet, so many are replayed: how things stand is asked for, and the past is read of what is looked at. */
const LATEST_THREADS = 0;
/** Sockets that never opened in a row before polling takes over. */
const FAILURES_BEFORE_POLLING = 3;
const RETRY_WHILE_POLLING_MS = 30_000;
const UNAUTHORIZED = 4401;
const WRONG_ORIGIN = 4403;
const TOO_SLOW = 4429;

export class DashboardSocket {
  private socket: Socket | null = null;
  private opened = false;
  private isSynced = false;
  private failures = 0;
  private retry: number | null = null;
  private silence: number | null = null;
  private polling: number | null = null;
  private position: number | "end" = "end";
  private wasDown = false;
  private stopped = true;
  private watched: readonly string[] = [];

  constructor(
    private readonly surroundings: Surroundings,
    private readonly listener: Listener,
  ) {}

  start(): void {
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.clear("retry");
    this.clear("silence");
    this.stopPolling();
    this.drop();
  }

  /** Connect at once: the network came back, or the reader pressed the button. Does nothing on a living socket. */
  retryNow(): void {
    if (this.stopped || this.socket) return;
    this.clear("retry");
    this.connect();
  }

  /** Be told how far the answers of these campaigns have come, over every socket from now on. */
  watch(threads: readonly string[]): void {
    this.watched = threads;
    if (this.socket && this.opened) this.socket.send(JSON.stringify({ type: "watch", threads }));
  }

  /** Take the stream up again from what is known: an event was missing. */
  restart(): void {
    if (this.stopped) return;
    this.drop();
    this.connect();
  }

  private connect(): void {
    if (!this.isPolling && this.failures === 0) this.listener.onConnection({ state: "connecting" });
    const socket = this.surroundings.open();
    this.socket = socket;
    this.opened = false;
    this.isSynced = false;
    socket.onopen = () => this.greet(socket);
    socket.onmessage = (message) => this.receive(socket, message.data);
    socket.onclose = (event) => this.closed(socket, event.code, event.reason);
    this.watchSilence(PATIENCE_MS);
  }

  private greet(socket: Socket): void {
    if (socket !== this.socket) return;
    this.opened = true;
    this.stopPolling();
    const { epoch, since } = this.listener.known();
    const hello: Hello = { type: "hello", threads: "all", since, token: this.listener.token(), epoch, latest: LATEST_THREADS };
    this.listener.onConnection({ state: "replaying" });
    socket.send(JSON.stringify(hello));
    if (this.watched.length) this.watch(this.watched);
  }

  private receive(socket: Socket, text: string): void {
    if (socket !== this.socket) return;
    const message = JSON.parse(text) as ServerMessage;
    this.isSynced ||= message.type === "stream.synced";
    this.watchSilence(this.isSynced ? SILENCE_MS : PATIENCE_MS);
    this.listener.onAlive();
    switch (message.type) {
      case "event":
        return this.listener.onEvent(message);
      case "stream.resync":
        return this.listener.onResync(message.epoch);
      case "stream.synced":
        this.failures = 0;
        this.listener.onSynced(message.epoch);
        return this.listener.onConnection({ state: "live" });
      case "draft":
        return this.listener.onDraft(message);
      case "kpis.changed":
        return this.listener.onKpisChanged();
      default:
        return;
    }
  }

  private closed(socket: Socket, code: number, reason: string): void {
    if (socket !== this.socket || this.stopped) return;
    this.drop();
    if (code === UNAUTHORIZED) {
      this.listener.onConnection({ state: "unauthorized" });
      return;
    }
    // One that had opened broke for another reason than being blocked, so it alone never leads to polling.
    this.failures = this.opened ? Math.min(this.failures + 1, FAILURES_BEFORE_POLLING - 1) : this.failures + 1;
    const isBlocked = code === WRONG_ORIGIN || this.failures >= FAILURES_BEFORE_POLLING;
    if (this.isPolling || isBlocked) {
      this.startPolling(reason || "the live connection is blocked");
      this.retry = this.surroundings.later(() => this.retryNow(), RETRY_WHILE_POLLING_MS);
      return;
    }
    this.wait(code === TOO_SLOW ? 0 : this.backoff(), reason);
  }

  private wait(milliseconds: number, reason: string): void {
    const retryAt = this.surroundings.now() + milliseconds;
    this.listener.onConnection({ state: "reconnecting", retryAt, reason });
    this.clear("retry");
    this.retry = this.surroundings.later(() => this.retryNow(), milliseconds);
  }

  /** Doubling from one second up to fifteen, spread by a quarter so that tabs do not come back all at once. */
  private backoff(): number {
    const base = Math.min(FIRST_RETRY_MS * 2 ** Math.max(this.failures - 1, 0), LONGEST_RETRY_MS);
    return base * (0.75 + this.surroundings.random() / 2);
  }

  private get isPolling(): boolean {
    return this.polling !== null;
  }

  private startPolling(reason: string): void {
    if (this.isPolling) return;
    this.position = "end";
    this.polling = this.surroundings.later(() => void this.pollOnce(reason), 0);
  }

  /** Ask once, and again later. A server that answers again after it was down is tried by socket at once. */
  private async pollOnce(reason: string): Promise<void> {
    let more = false;
    try {
      const page = await this.surroundings.poll(this.position);
      if (!this.isPolling) return;
      const { epoch } = this.listener.known();
      if (this.position === "end" || (epoch !== null && epoch !== page.epoch)) {
        // What came since the socket broke is in nobody's hands: all is asked for anew, and told of from here on.
        this.position = this.position === "end" ? page.next : "end";
        this.listener.onResync(page.epoch);
        if (this.position === "end") more = true;
        else this.listener.onSynced(page.epoch);
      } else {
        for (const event of page.items) this.listener.onEvent(event);
        more = page.items.length > 0;
        this.position = page.next;
        if (!more) this.listener.onSynced(page.epoch);
      }
      this.listener.onAlive();
      this.listener.onConnection({ state: "polling", reason });
      if (this.wasDown) this.retryNow();
      this.wasDown = false;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.wasDown = true;
      this.listener.onConnection({ state: "reconnecting", retryAt: this.surroundings.now() + POLL_MS, reason });
    }
    if (this.isPolling) this.polling = this.surroundings.later(() => void this.pollOnce(reason), more ? 0 : POLL_MS);
  }

  private stopPolling(): void {
    this.clear("polling");
  }

  private watchSilence(patience: number): void {
    this.clear("silence");
    this.silence = this.surroundings.later(() => {
      const silent = this.socket;
      if (silent) this.closed(silent, 1006, "the server has gone silent");
    }, patience);
  }

  /** Let go of the socket; what it still says is not listened to. */
  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.clear("silence");
    socket?.close();
  }

  private clear(timer: "retry" | "silence" | "polling"): void {
    const running = this[timer];
    if (running !== null) this.surroundings.cancel(running);
    this[timer] = null;
  }
}
