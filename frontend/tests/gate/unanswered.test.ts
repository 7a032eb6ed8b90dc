import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { postUntilAnswered } from "@/lib/api";
import { forgetSent, noteSent, sendDecision, unansweredOf } from "@/components/gate/unanswered";

const kept = new Map<string, string>();
const keys: (string | null)[] = [];
const bodies: unknown[] = [];
let answers: (() => Promise<Response>)[] = [];
const lost = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
const said = (status: number) => (): Promise<Response> => Promise.resolve(Response.json({ detail: "so it is" }, { status }));

beforeEach(() => {
  kept.clear();
  keys.length = bodies.length = 0;
  vi.stubGlobal("window", {});
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => kept.set(name, text), removeItem: (name: string) => kept.delete(name),
  });
  vi.stubGlobal("fetch", (_: string, { headers, body }: RequestInit) => {
    keys.push(new Headers(headers).get("idempotency-key"));
    bodies.push(body);
    return answers.shift()?.();
  });
});
afterEach(() => vi.unstubAllGlobals());

const sent = { interruptId: "asked", answer: { decision: "approve" }, told: "Approved" };

test("what no answer came to is kept, and sent again under the key it had", async () => {
  answers = [lost, said(502), said(202)];
  await expect(sendDecision("soup", noteSent("soup", sent))).rejects.toThrow("cannot be reached");
  await expect(sendDecision("soup", noteSent("soup", sent))).rejects.toThrow();
  const left = unansweredOf<string>("soup");
  expect(left?.told).toBe("Approved");
  if (left) await sendDecision("soup", left);
  expect(new Set(keys).size).toBe(1);
  expect(keys).toHaveLength(3);
  expect(unansweredOf("soup")).toBeNull();
});

test("what was refused was not decided, and another decision has a key of its own", async () => {
  answers = [said(409), lost, lost];
  await expect(sendDecision("soup", noteSent("soup", sent))).rejects.toThrow("so it is");
  expect(unansweredOf("soup")).toBeNull();
  for (const decision of ["approve", "reject"]) {
    await expect(sendDecision("soup", noteSent("soup", { ...sent, answer: { decision } }))).rejects.toThrow();
  }
  expect(new Set(keys).size).toBe(3);
  forgetSent("soup");
  expect(unansweredOf("soup")).toBeNull();
});

test("one that is under way is not sent beside itself", async () => {
  answers = [said(202), said(202)];
  const once = noteSent("soup", sent);
  await Promise.all([sendDecision("soup", once), sendDecision("soup", once)]);
  expect(keys).toHaveLength(1);
});

test("what is asked for again after its answer was lost is the same request, and once it is answered the next is another", async () => {
  const ask = (budget: number) => postUntilAnswered("/campaigns/soup/forks", { budget });
  answers = [lost, said(502), said(409), said(202), said(202)];
  for (let again = 0; again < 3; again++) await expect(ask(2000)).rejects.toThrow();
  await ask(2000);
  await ask(3000);
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
  expect(new Set(keys).size).toBe(3);
});

test("a day whose step was not answered is stepped over once, whoever may lapse by then, and the next day is another", async () => {
  const step = (today: string, mayLapse: number) => postUntilAnswered("/simulation/clock/step", { may_lapse: mayLapse }, today);
  answers = [lost, said(200), said(200), said(200)];
  await expect(step("2026-07-01", 2)).rejects.toThrow();
  await step("2026-07-01", 0);
  expect(keys[1]).toBe(keys[0]);
  expect(bodies[1]).toBe(bodies[0]);
  await step("2026-07-02", 0);
  await step("2026-07-02", 0);
  expect(new Set(keys).size).toBe(3);
});

test("what has no body is asked for again under its key as well", async () => {
  answers = [lost, said(200)];
  await expect(postUntilAnswered("/agents/reset", undefined, "2026-07-01")).rejects.toThrow();
  await postUntilAnswered("/agents/reset", undefined, "2026-07-01");
  expect(keys[1]).toBe(keys[0]);
  expect(bodies).toEqual([null, null]);
});
