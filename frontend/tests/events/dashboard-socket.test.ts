import { beforeEach, describe, expect, it } from "vitest";
import { type Connection, DashboardSocket, type Socket } from "@/lib/socket/dashboard-socket";
import type { AnswerDraft, Event, EventsSince, Hello } from "@/lib/types";
import { story, THREAD, TO_THE_GATE } from "../campaign-events";

const OTHER_EPOCH = "019c0a10-0000-7000-8000-0000000000ff";
const EPOCH = "01a20921-4264-771a-a386-70a869aa3b64";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  sent: string[] = [];
  closed = false;
  send(text: string): void { this.sent.push(text); }
  close(): void { this.closed = true; }
  says(message: object): void { this.onmessage?.({ data: JSON.stringify(message) }); }
  breaks(code = 1006, reason = ""): void { this.onclose?.({ code, reason }); }
  hello(): Hello { return JSON.parse(this.sent[0] ?? "{}") as Hello; }
}

/** A page whose clock moves only when told. */
class Page {
  now = 0;
  sockets: FakeSocket[] = [];
  connections: Connection[] = [];
  events: Event[] = [];
  resyncs: string[] = [];
  hints = 0;
  drafts: AnswerDraft[] = [];
  known: { epoch: string | null; since: Record<string, number> } = { epoch: null, since: {} };
  pages: EventsSince[] = [];
  asked: (number | "end")[] = [];
  private timers = new Map<number, { at: number; run: () => void }>();
  private last = 0;

  readonly client = new DashboardSocket(
    {
      open: () => { const socket = new FakeSocket(); this.sockets.push(socket); return socket; },
      poll: (since) => {
        this.asked.push(since);
        const page = this.pages.shift();
        return page ? Promise.resolve(page) : Promise.reject(new Error("offline"));
      },
      now: () => this.now,
      later: (run, ms) => { this.last += 1; this.timers.set(this.last, { at: this.now + ms, run }); return this.last; },
      cancel: (timer) => void this.timers.delete(timer),
      random: () => 0.5,
    },
    {
      onConnection: (connection) => this.connections.push(connection),
      onEvent: (event) => this.events.push(event),
      onResync: (epoch) => this.resyncs.push(epoch),
      onSynced: () => undefined,
      onDraft: (draft) => this.drafts.push(draft),
      onKpisChanged: () => { this.hints += 1; },
      onAlive: () => undefined,
      known: () => this.known,
      token: () => null,
    },
  );

  passes(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = [...this.timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!next) break;
      this.timers.delete(next[0]);
      this.now = next[1].at;
      next[1].run();
    }
    this.now = until;
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  get state(): Connection | undefined { return this.connections.at(-1); }

  goesLive(): void {
    this.socket.onopen?.();
    this.socket.says({ type: "stream.synced", epoch: EPOCH, seqs: {} });
  }
}

let page: Page;
beforeEach(() => {
  page = new Page();
  page.client.start();
});

describe("the dashboard's connection", () => {
  it("says hello, replays, and is live once synced", () => {
    page.socket.onopen?.();
    expect(page.socket.hello()).toMatchObject({ type: "hello", threads: "all", since: {} });
    expect(page.state?.state).toBe("replaying");
    page.socket.says({ type: "stream.synced", epoch: EPOCH, seqs: {} });
    expect(page.state?.state).toBe("live");
  });

  it("takes the stream up again from what the page has", () => {
    page.goesLive();
    page.known = { epoch: EPOCH, since: { [THREAD]: 12 } };
    page.socket.breaks();
    page.passes(1000);
    page.socket.onopen?.();
    expect(page.socket.hello()).toMatchObject({ epoch: EPOCH, since: { [THREAD]: 12 } });
  });

  it("tells of figures that have changed, and of nothing else", () => {
    page.goesLive();
    page.socket.says({ type: "heartbeat", timestamp: "2026-11-23T09:00:15Z" });
    expect(page.hints).toBe(0);
    page.socket.says({ type: "kpis.changed", timestamp: "2026-11-23T09:00:15Z" });
    expect(page.hints).toBe(1);
  });

  it("watches a campaign over each socket, and tells how far its answers have come", () => {
    page.client.watch([THREAD]);
    page.goesLive();
    page.socket.breaks();
    page.passes(1000);
    page.goesLive();
    const watching = { type: "watch", threads: [THREAD] };
    expect(page.sockets.map(({ sent }) => sent.slice(1).map((text) => JSON.parse(text) as object))).toEqual([[watching], [watching]]);
    page.client.watch([]);
    expect(JSON.parse(page.socket.sent.at(-1) ?? "")).toEqual({ type: "watch", threads: [] });
    const draft = { type: "draft", thread_id: THREAD, call_id: "a", node: "creative", model: "m", state: "writing", fields: { headline: "Soup" } };
    page.socket.says(draft);
    expect([page.drafts, page.events]).toEqual([[draft], []]);
  });

  it("waits longer after each failure, up to fifteen seconds, and says when it tries again", () => {
    page.goesLive();
    page.socket.breaks();
    expect(page.state).toMatchObject({ state: "reconnecting", retryAt: 1000 });
    page.passes(1000);
    page.socket.onopen?.();
    page.socket.breaks();
    expect(page.state).toMatchObject({ state: "reconnecting", retryAt: 3000 });
  });

  it("comes back at once after it was too slow", () => {
    page.goesLive();
    page.socket.breaks(4429, "too slow");
    expect(page.state).toMatchObject({ state: "reconnecting", retryAt: 0 });
    page.passes(0);
    expect(page.sockets).toHaveLength(2);
  });

  it("asks for a key and does not try again by itself when it is not let in", () => {
    page.socket.onopen?.();
    page.socket.breaks(4401, "the token is not known");
    page.passes(60_000);
    expect(page.state?.state).toBe("unauthorized");
    expect(page.sockets).toHaveLength(1);
  });

  it("gives a silent socket up", () => {
    page.goesLive();
    page.passes(8_000);
    expect(page.state?.state).toBe("live");
    page.passes(1500);
    expect(page.state?.state).toBe("reconnecting");
    expect(page.sockets[0]?.closed).toBe(true);
  });

  it("is patient with one that is still being told the past", () => {
    page.socket.onopen?.();
    page.passes(39_000);
    expect(page.state?.state).toBe("replaying");
    page.passes(1500);
    expect(page.state?.state).toBe("reconnecting");
  });

  it("does not listen to a socket it has let go of", () => {
    page.goesLive();
    const old = page.socket;
    page.client.restart();
    old.says(story(TO_THE_GATE)[0] ?? {});
    expect(page.events).toHaveLength(0);
  });

  it("forgets everything when the server's history is another", () => {
    page.socket.onopen?.();
    page.socket.says({ type: "stream.resync", epoch: EPOCH, reason: "epoch_changed" });
    expect(page.resyncs).toEqual([EPOCH]);
  });

  it("polls when sockets are blocked, and lets go of polling when one opens", async () => {
    const events = story(TO_THE_GATE);
    page.pages = [{ epoch: EPOCH, items: [], next: 40 }, { epoch: EPOCH, items: events, next: 55 }];
    for (let failure = 0; failure < 3; failure += 1) {
      page.socket.breaks();
      page.passes(failure === 2 ? 0 : 16_000);
    }
    await Promise.resolve();
    await Promise.resolve();
    expect(page.state?.state).toBe("polling");
    expect(page.resyncs).toEqual([EPOCH]);
    page.passes(2000);
    await Promise.resolve();
    await Promise.resolve();
    expect(page.events).toHaveLength(events.length);
    expect(page.asked, "nothing of the past is read").toEqual(["end", 40]);
    page.passes(30_000);
    page.goesLive();
    expect(page.state?.state).toBe("live");
  });

  it("asks where the log ends anew when the server's history is another while it polls", async () => {
    page.pages = [{ epoch: EPOCH, items: [], next: 40 }, { epoch: OTHER_EPOCH, items: [], next: 3 }, { epoch: OTHER_EPOCH, items: [], next: 2 }];
    page.known = { epoch: EPOCH, since: {} };
    for (let failure = 0; failure < 3; failure += 1) {
      page.socket.breaks();
      page.passes(failure === 2 ? 0 : 16_000);
    }
    for (const ms of [2000, 0]) {
      await Promise.resolve();
      await Promise.resolve();
      page.passes(ms);
    }
    await Promise.resolve();
    await Promise.resolve();
    expect(page.asked).toEqual(["end", 40, "end"]);
    expect(page.resyncs).toEqual([EPOCH, OTHER_EPOCH, OTHER_EPOCH]);
  });

  it("takes polling at its word when the page was served from elsewhere", async () => {
    page.pages = [{ epoch: EPOCH, items: [], next: 0 }];
    page.socket.onopen?.();
    page.socket.breaks(4403, "open the dashboard from its own address");
    page.passes(0);
    await Promise.resolve();
    await Promise.resolve();
    expect(page.state).toMatchObject({ state: "polling", reason: "open the dashboard from its own address" });
  });

  it("tries a socket as soon as a server that was down answers again", async () => {
    for (let failure = 0; failure < 3; failure += 1) {
      page.socket.breaks();
      page.passes(failure === 2 ? 0 : 16_000);
    }
    const settle = async (): Promise<void> => { for (let turn = 0; turn < 5; turn += 1) await Promise.resolve(); };
    await settle();
    expect(page.state?.state).toBe("reconnecting");
    const before = page.sockets.length;
    page.pages = [{ epoch: EPOCH, items: [], next: 0 }];
    page.passes(2000);
    await settle();
    expect(page.sockets).toHaveLength(before + 1);
  });
});
