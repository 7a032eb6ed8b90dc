import { describe, expect, it } from "vitest";
import { layTogether } from "@/components/run-timeline/axis";
import { nextToFollow, shownOf, startedIn } from "@/lib/events/following";
import { listed } from "@/lib/events/listed";
import { type Attempt, newThread, type Step, type Thread } from "@/lib/events/thread";
import type { CampaignRecord, Event } from "@/lib/types";

const MINUTE = 60_000;

const attempt = (startedAt: number, finishedAt: number | null, outcome: Attempt["outcome"] = "done"): Attempt => ({
  number: 1, runId: "r", startedAt, finishedAt, durationMs: finishedAt === null ? null : finishedAt - startedAt, outcome, error: null,
  retrying: false, cached: false, inputTokens: 0, outputTokens: 0,
});
const step = (node: string, ...attempts: Attempt[]): Step => ({
  taskId: node, node, visit: 1, triggers: [], attempts, calls: [], update: null, checkpointId: null,
});
const thread = (id: string, at: number, steps: Step[], more: Partial<Thread> = {}): Thread => ({ ...newThread(id, at), runId: "r", phase: "parked", steps, ...more });

describe("several campaigns on one axis", () => {
  const soup = thread("soup", 0, [
    step("sensing", attempt(0, 1000)),
    step("approval", attempt(1000, 1500, "parked"), attempt(10 * MINUTE, 10 * MINUTE + 500)),
  ]);
  const tea = thread("tea", 500, [step("sensing", attempt(500, 1500))]);

  it("draws what happened at the same time at the same place", () => {
    const { rows } = layTogether([tea, soup], 10 * MINUTE + 500);
    expect(rows.map((row) => row.thread.id)).toEqual(["soup", "tea"]);
    const [first, asked] = rows[0]?.pieces ?? [];
    const own = rows[1]?.pieces[0];
    expect(own?.left).toBeCloseTo((first?.width ?? 0) / 2);
    expect((own?.left ?? 0) + (own?.width ?? 0)).toBeCloseTo((asked?.left ?? 0) + (asked?.width ?? 0));
  });

  it("folds the minutes in which nobody works, and fills the axis", () => {
    const { rows, folds, begins } = layTogether([soup, tea], 10 * MINUTE + 500);
    expect(folds).toHaveLength(1);
    expect(folds[0]?.milliseconds).toBe(10 * MINUTE - 1500);
    expect(begins.map(({ at }) => at)).toEqual([0, 10 * MINUTE]);
    const last = rows[0]?.pieces.at(-1);
    expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(100);
    const [pause] = rows[0]?.pauses ?? [];
    expect(pause?.kind).toBe("answer");
    expect((pause?.left ?? 0) + (pause?.width ?? 0)).toBeCloseTo(last?.left ?? 0);
  });

  it("goes on waiting to the axis's end where a question is open, and tells a retry from that", () => {
    const question = { interruptId: "i", node: "approval", payload: {}, responseSchema: {}, askedAt: 1500 };
    const open = thread("open", 0, [step("booking", attempt(0, 500, "failed"), attempt(800, 1000)), step("approval", attempt(1000, 1500, "parked"))], { question });
    const { rows } = layTogether([open, thread("late", 0, [step("sensing", attempt(1500, 4000))])], 4000);
    expect(rows.find((row) => row.thread.id === "open")?.pauses.map(({ kind }) => kind)).toEqual(["retry", "answer"]);
    const waits = rows.find((row) => row.thread.id === "open")?.pauses.at(-1);
    expect((waits?.left ?? 0) + (waits?.width ?? 0)).toBeCloseTo(100);
  });

  it("has no axis where nothing ran", () => {
    expect(layTogether([thread("new", 0, [])], 0)).toEqual({ rows: [{ thread: expect.objectContaining({ id: "new" }) as Thread, pieces: [], pauses: [] }], folds: [], begins: [] });
  });
});

describe("the campaign that is followed", () => {
  const news = (...ids: string[]): Event[] => ids.map((id) => ({ thread_id: id, seq: 1, params: { data: { kind: "lifecycle", phase: "started" } } }) as unknown as Event);
  const running = (id: string, at: number): Thread => thread(id, at, [step("sensing", attempt(at, null, "running"))], { phase: "started" });

  it("stays for as long as it is at work, and is then the newest that moves", () => {
    const threads = { soup: running("soup", 0), tea: running("tea", 10), beer: running("beer", 5) };
    expect(nextToFollow("soup", threads, news("tea"))).toBe("soup");
    const rested = { ...threads, soup: { ...threads.soup, phase: "parked" as const } };
    expect(nextToFollow("soup", rested, news("beer", "tea"))).toBe("tea");
    expect(nextToFollow("soup", rested, [])).toBe("soup");
  });

  it("is left once it has ended for another that is at work, and kept where none is", () => {
    const ended = thread("soup", 0, [step("learning", attempt(0, 10))], { phase: "completed", status: "COMPLETED", runId: "r" });
    const tea = { ...running("tea", 10), runId: "r" };
    expect(shownOf("soup", listed([], { soup: ended, tea }))).toBe("tea");
    expect(shownOf("soup", listed([], { soup: ended }))).toBe("soup");
    expect(shownOf(null, [])).toBeNull();
  });

  it("may be one of which nothing is known but what is heard of it", () => {
    const old = news("old");
    expect(nextToFollow(null, {}, old)).toBe("old");
    expect(shownOf("old", [])).toBe("old");
    const rests = { ...old[0], params: { timestamp: "2026-11-27T10:00:00Z", data: { kind: "lifecycle", phase: "parked" } } } as unknown as Event;
    expect(nextToFollow(null, {}, [...old, rests])).toBeNull();
  });

  it("is, where nothing moves, the one of the newest that went furthest, as the server has them", () => {
    const row = (id: string, status: string, day: number) =>
      ({ id, status, category: "soup", created_at: `2026-11-0${day}T10:00:00Z`, updated_at: `2026-11-0${day}T10:00:00Z`, detected_on: null }) as unknown as CampaignRecord;
    const rows = [row("quiet", "NO_OPPORTUNITY", 9), row("done", "COMPLETED", 8), row("lapsed", "LAPSED", 7)];
    expect(shownOf(null, listed(rows, {}))).toBe("done");
    expect(shownOf(null, listed([...rows, row("asks", "AWAITING_APPROVAL", 2)], {}))).toBe("asks");
    expect(listed([row("tea", "COMPLETED", 8)], { tea: { ...running("tea", 1), runId: "r" } })).toMatchObject([{ id: "tea", status: "RUNNING" }]);
  });

  it("is none that never happened, which is listed only where its row is given", () => {
    const future = { ...running("future", 30), runId: "r", isFork: true };
    const soup = { ...running("soup", 0), runId: "r" };
    const begins = { ...news("future")[0], params: { data: { kind: "lifecycle", phase: "started", reason: "fork" } } } as unknown as Event;
    expect(nextToFollow("soup", { soup: { ...soup, phase: "parked" }, future }, [begins])).toBe("soup");
    expect(nextToFollow(null, {}, [begins])).toBeNull();
    const goesOn = { ...begins, params: { data: { kind: "lifecycle", phase: "started", reason: "continue", is_fork: true } } } as unknown as Event;
    expect(nextToFollow(null, {}, [goesOn])).toBeNull();
    expect(listed([], { soup, future }).map((one) => one.id)).toEqual(["soup"]);
    const row = { id: "future", called: "Soup, another future", category: "soup", detected_on: "2026-11-10" } as unknown as CampaignRecord;
    expect(listed([row], { soup, future })).toMatchObject([{ called: "Soup, another future", worldDay: "2026-11-10" }, { id: "soup" }]);
  });

  it("counts the campaigns that begin, and no run that goes on", () => {
    const goesOn = { ...news("beer")[0], seq: 7 } as Event;
    expect(startedIn([...news("soup", "tea"), goesOn])).toEqual(["soup", "tea"]);
    const [first] = news("other");
    const future = { ...first, params: { ...first?.params, data: { ...first?.params.data, reason: "fork" } } } as unknown as Event;
    expect(startedIn([future])).toEqual([]);
  });
});
