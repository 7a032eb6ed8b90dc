import type { Server } from "./support/server";
import { expect, type Page, test } from "./support/test";

/** What the page shows of each campaign must come to be what the server has: every event once, every step once. */
async function expectWhole(page: Page, server: Server): Promise<void> {
  for (const { id } of await server.campaigns()) {
    await page.locator(`[data-campaign="${id}"]`).click();
    await page.getByRole("tab", { name: "Timeline" }).click();
    await expect(async () => {
      const events = await server.events(id);
      const tasks = events.flatMap(({ params: { data } }) => (data.kind === "task" && !data.node.startsWith("__") ? [data.task_id] : []));
      const shown = await page.locator("[data-step]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-step")));
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(await page.getByRole("tab", { name: /^Events/ }).innerText()).toBe(`Events ${events.length}`);
      expect(shown).toEqual([...new Set(tasks)]);
    }).toPass();
  }
}

test("a server killed in the middle of its runs and started again leaves no step missed or doubled", async ({ page, server }) => {
  await page.goto("/steps");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  const triggered = server.ask("POST", "/simulation/trigger", { scenario: "heatwave", may_lapse: 1_000_000 }).catch(() => null);
  await page.locator("[data-campaign]").first().waitFor();
  await server.kill();
  await triggered;
  await expect(page.getByText("Not connected.")).toBeVisible();
  await expect(page.getByText(/Figures are as of \d\d:\d\d:\d\d/)).toBeVisible();
  await expect(page.getByText(/Trying again in \d+ s/)).toBeVisible();
  for (const name of [/the world's clock/, "Move one day on", "Trigger scenario", "Reset"]) {
    await expect(page.getByRole("button", { name })).toBeDisabled();
  }
  await expect(page.getByRole("combobox", { name: "Speed" })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Stop booking" })).toBeEnabled();

  await server.start();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.getByText("Not connected.")).toBeHidden();
  await server.atRest();
  await expectWhole(page, server);
});

test("a page that is gone to while the server is away says why, and comes by itself once it is back", async ({ page, server }) => {
  await page.goto("/");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.waitForLoadState("networkidle");
  await server.kill();
  await expect(page.getByText("Not connected.")).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Signals" }).click();
  await expect(page.getByText("The server does not answer. This page fills as soon as it does.").first()).toBeVisible();
  const failed = page.getByRole("alert").filter({ hasText: "Try again" });
  await expect(failed, "after some tries it is said as an error").toBeVisible();
  await server.start();
  await expect(failed).toBeHidden();
  await expect(page.getByRole("heading", { name: /^Signals/ })).toBeVisible();
});

test("two tabs stay in step", async ({ page, context, server }) => {
  const other = await context.newPage();
  await page.goto("/steps");
  await other.goto("/steps");
  await expect(other.locator('[data-connection="live"]')).toBeVisible();
  await server.trigger("cold-snap");
  const waiting = (await server.campaigns()).find((campaign) => campaign.status === "AWAITING_APPROVAL");
  if (waiting) {
    await page.goto(`/approvals?id=${waiting.id}`);
    await page.getByRole("button", { name: /^Approve £/ }).click();
    await expect(page.getByText("Approved.", { exact: true })).toBeVisible();
    await other.locator(`[data-campaign="${waiting.id}"]`).click();
    await expect(other.locator("[data-node=booking]").filter({ visible: true })).toHaveAttribute("data-outcome", "done");
    await page.goto("/steps");
  }
  await server.atRest();
  await expectWhole(page, server);
  await expectWhole(other, server);
});

test("figures are asked for again as soon as the server says that they have changed", async ({ page }) => {
  let hint = (): void => undefined;
  await page.routeWebSocket(/ws\/dashboard/, (socket) => {
    socket.connectToServer();
    hint = () => socket.send(JSON.stringify({ type: "kpis.changed", timestamp: "2026-11-23T09:00:15Z" }));
  });
  await page.goto("/steps");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.waitForLoadState("networkidle");
  // By itself the page asks every thirty seconds.
  const asked = page.waitForRequest("**/kpis", { timeout: 20_000 });
  hint();
  await asked;
});

const EVENTS = {
  checkpoint: { kind: "checkpoint", checkpoint_id: "c", parent_id: null, step: 1, next: [] },
  rewritten: { kind: "update", node: "creative", update: { status: "PLANNED" } },
  atTheGate: { kind: "update", node: "compliance", update: { status: "AWAITING_APPROVAL" } },
  asked: { kind: "input_requested", interrupt_id: "q", node: "approval", payload: null, response_schema: {} },
  planned: { kind: "campaign.planned", verdict: "spend", reason: "", budget: "100.00", predicted_roi: 1, is_probe: false },
  inFlight: { kind: "update", node: "booking", update: { status: "ACTIVE" } },
};
/** What each page asks for again, after each of them. */
const CONCERNS: Record<string, Record<keyof typeof EVENTS, string[]>> = {
  "/": {
    checkpoint: [], rewritten: ["/campaigns"], atTheGate: ["/campaigns", "/decisions"], asked: ["/decisions"],
    planned: ["/campaigns"], inFlight: ["/campaigns", "/pacing"],
  },
  "/campaigns": {
    checkpoint: [], rewritten: ["/campaigns"], atTheGate: ["/campaigns"], asked: [],
    planned: ["/campaigns", "/campaigns/choices", "/campaigns/totals"], inFlight: ["/campaigns", "/pacing"],
  },
};

test("an event asks again for what it concerns, once, and for nothing else", async ({ page, server }) => {
  const [campaign] = await server.campaigns();
  if (!campaign) throw new Error("the tests before this one leave campaigns");
  let seq = (await server.events(campaign.id)).length;
  let send: (message: object) => void = () => undefined;
  await page.routeWebSocket(/ws\/dashboard/, (socket) => {
    socket.connectToServer();
    send = (message) => socket.send(JSON.stringify(message));
  });
  const asked: string[] = [];
  let open = 0;
  page.on("request", (request) => {
    open += 1;
    if (request.resourceType() === "fetch") asked.push(new URL(request.url()).pathname);
  });
  page.on("requestfinished", () => (open -= 1));
  page.on("requestfailed", () => (open -= 1));
  /** Whatever is asked for after an event comes before an answer to what is told after it. */
  const askedAfter = async (data: object): Promise<string[]> => {
    await expect.poll(() => open).toBe(0);
    asked.length = 0;
    seq += 1;
    const timestamp = new Date().toISOString();
    const event_id = `${campaign.id.slice(0, 24)}${String(seq).padStart(12, "0")}`;
    send({ type: "event", seq, event_id, thread_id: campaign.id, method: "custom", params: { namespace: [], timestamp, data } });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const answered = page.waitForResponse("**/kpis");
    send({ type: "kpis.changed", timestamp });
    await answered;
    // The bell looks every 15 s whatever happens, and so does the clock while it is to wait for somebody.
    return asked.filter((path) => !["/kpis", "/notices", "/simulation/clock"].includes(path)).sort();
  };
  for (const [address, concerns] of Object.entries(CONCERNS)) {
    asked.length = 0;
    await page.goto(address);
    // Once to open the page, and once after it is told whatever happens, with all that may have changed until then.
    await expect.poll(() => asked.filter((path) => path === "/kill-switch").length).toBe(2);
    for (const [name, data] of Object.entries(EVENTS)) {
      expect(await askedAfter(data), `${address} after ${name}`).toEqual(concerns[name as keyof typeof EVENTS]);
    }
  }
});

test("what happens in a campaign while its past is read is its own, though another is looked at meanwhile", async ({ page, server }) => {
  const [shown, read] = await server.campaigns();
  if (!shown || !read) throw new Error("the tests before this one leave campaigns");
  const seq = (await server.events(read.id)).length + 1;
  let send: (message: object) => void = () => undefined;
  await page.routeWebSocket(/ws\/dashboard/, (socket) => {
    socket.connectToServer();
    send = (message) => socket.send(JSON.stringify(message));
  });
  let answer: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (answer = resolve));
  await page.route(`**/campaigns/${read.id}/events?*`, async (route) => {
    const past = await route.fetch();
    await released;
    await route.fulfill({ response: past });
  });
  await page.goto(`/steps?campaign=${shown.id}`);
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  const asked = page.waitForRequest(`**/campaigns/${read.id}/events?*`);
  await page.locator(`[data-campaign="${read.id}"]`).click();
  await asked;
  await page.locator(`[data-campaign="${shown.id}"]`).click();
  await expect(page.getByRole("tab", { name: /^Events/ })).toBeVisible();
  const timestamp = new Date().toISOString();
  const event_id = `${read.id.slice(0, 24)}${String(seq).padStart(12, "0")}`;
  send({ type: "event", seq, event_id, thread_id: read.id, method: "custom", params: { namespace: [], timestamp, data: EVENTS.checkpoint } });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  answer();
  await page.locator(`[data-campaign="${read.id}"]`).click();
  await expect(page.getByRole("tab", { name: `Events ${seq}`, exact: true })).toBeVisible();
});

test("a tab that was offline catches up", async ({ page, server }) => {
  await page.goto("/steps");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.locator("[data-campaign]").first().waitFor();
  await page.context().setOffline(true);
  await server.step(2);
  await page.context().setOffline(false);
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expectWhole(page, server);
});

test("a tab that slept while days passed and its server was started anew shows the day it wakes to", async ({ page, server }) => {
  await page.goto("/");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  // No script of the page runs, as while the lid is shut: nothing is answered, and what comes waits.
  await devtools.send("Debugger.enable");
  await devtools.send("Debugger.pause");
  await server.step(3);
  await server.kill();
  await server.start();
  await server.step(9);
  await devtools.send("Debugger.resume");
  await devtools.send("Debugger.disable");
  const { today } = await server.get<{ today: string }>("/simulation/clock");
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(today)).replace(",", "");
  await expect(page.getByRole("heading", { name: /^Home/ })).toContainText(day);
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Steps" }).click();
  await expectWhole(page, server);
});

test("where sockets are blocked the page asks by HTTP", async ({ page, server }) => {
  await page.routeWebSocket(/ws\/dashboard/, (socket) => socket.close({ code: 1011 }));
  await page.addInitScript(() => {
    // A proxy that refuses the upgrade: the socket closes before it ever opens.
    window.WebSocket = class extends EventTarget {
      onopen: (() => void) | null = null;
      onmessage: (() => void) | null = null;
      onclose: ((event: { code: number; reason: string }) => void) | null = null;
      constructor() {
        super();
        setTimeout(() => this.onclose?.({ code: 1006, reason: "" }), 0);
      }
      send(): void {}
      close(): void {}
    } as unknown as typeof WebSocket;
  });
  await page.goto("/steps");
  await expect(page.locator('[data-connection="polling"]')).toBeVisible();
  await expectWhole(page, server);
});
