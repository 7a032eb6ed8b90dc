import { expect, test } from "./support/test";

const EVENTS = 10_000;
const THREAD = "01a20921-4a43-767d-946c-1737e6306f8d";
const EPOCH = "01a20921-4264-771a-a386-70a869aa3b64";
/** More rows than fit on the screen, and far fewer than there are events. */
const MOST_ROWS = 60;

/** Stands in for the server: once it is greeted, it sends the whole history and says so. */
function pretendHistory({ count, thread, epoch }: { count: number; thread: string; epoch: string }): void {
  const tell = (seq: number): object => ({
    type: "event", seq, thread_id: thread, event_id: `${thread.slice(0, 24)}${String(seq).padStart(12, "0")}`,
    method: seq === 1 ? "lifecycle" : "checkpoints",
    params: {
      namespace: [], timestamp: new Date(Date.UTC(2026, 10, 23) + seq * 100).toISOString(),
      data: seq === 1
        ? { kind: "lifecycle", phase: "started", run_id: thread, status: "", reason: "start" }
        : { kind: "checkpoint", checkpoint_id: `c${seq}`, parent_id: `c${seq - 1}`, step: seq, next: ["strategy"] },
    },
  });
  class History {
    onopen: (() => void) | null = null;
    onmessage: ((message: { data: string }) => void) | null = null;
    onclose: (() => void) | null = null;
    constructor() {
      setTimeout(() => this.onopen?.(), 0);
    }
    send(): void {
      for (let seq = 1; seq <= count; seq += 1) this.onmessage?.({ data: JSON.stringify(tell(seq)) });
      this.onmessage?.({ data: JSON.stringify({ type: "stream.synced", epoch, seqs: { [thread]: count } }) });
    }
    close(): void {}
  }
  Object.assign(window, { WebSocket: History });
}

test("ten thousand events are read and scrolled without building ten thousand rows", async ({ page }, info) => {
  await page.addInitScript(pretendHistory, { count: EVENTS, thread: THREAD, epoch: EPOCH });
  await page.goto("/steps");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.getByRole("tab", { name: `Events ${EVENTS}` }).click();
  const feed = page.locator("[data-event-feed]");
  await expect(feed.locator(`[data-seq="${EVENTS}"]`)).toBeVisible();

  const { frames, milliseconds, rows } = await feed.evaluate(async (box) => {
    const started = performance.now();
    let most = 0;
    let drawn = 0;
    for (const until = started + 2000; performance.now() < until; drawn += 1) {
      box.scrollTop += 400;
      await new Promise((next) => requestAnimationFrame(next));
      most = Math.max(most, box.querySelectorAll("li").length);
    }
    return { frames: drawn, milliseconds: performance.now() - started, rows: most };
  });
  info.annotations.push({ type: "frames a second", description: ((frames / milliseconds) * 1000).toFixed(1) });
  console.log(`10,000 events scroll at ${((frames / milliseconds) * 1000).toFixed(1)} frames a second, ${rows} rows built`);
  expect(rows).toBeLessThan(MOST_ROWS);

  await feed.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await expect(feed.locator('[data-seq="1"]')).toBeVisible();
});

/** Notes, frame by frame, how each campaign in the list stands. */
function noteStatuses(): void {
  const seen: Record<string, string[]> = {};
  Object.assign(window, { seen });
  const look = (): void => {
    for (const row of document.querySelectorAll<HTMLElement>("[data-campaign]")) {
      const told = (seen[row.dataset.campaign ?? ""] ??= []);
      const status = row.lastElementChild?.textContent ?? "";
      if (!told.includes(status)) told.push(status);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

test("the past is read of what is looked at alone, and nothing is shown as it once was", async ({ page, context, server }) => {
  await server.trigger("heavy-rain");
  const { id } = await server.campaignOf("soup", "AWAITING_APPROVAL");
  await server.decide(id, { decision: "approve", decided_by: "Ada" });
  await server.trigger("heatwave");
  const soup = `[data-campaign="${id}"]`;
  const asked: string[] = [];
  page.on("request", (request) => {
    const of = /campaigns\/([^/]+)\/events/.exec(request.url());
    if (of) asked.push(of[1] ?? "");
  });
  let replayed = 0;
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => { replayed += String(payload).includes('"type":"event"') ? 1 : 0; }));

  await page.addInitScript(noteStatuses);
  await page.goto("/steps");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(soup)).toContainText("In flight");
  await expect(page.locator("[data-step-node]").first()).toBeVisible();
  const shown = await page.locator("[data-campaign][aria-current]").getAttribute("data-campaign");
  expect([replayed, asked]).toEqual([0, [shown]]);
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, string[]> }).seen);
  expect(Object.keys(seen).length).toBeGreaterThan(3);
  expect(Object.values(seen).filter((statuses) => statuses.length !== 1), "each stood as it stands").toEqual([]);

  const other = await context.newPage();
  await other.goto(`/steps?campaign=${id}`);
  const graph = other.getByRole("group", { name: "Campaign graph" }).filter({ visible: true });
  await expect(graph.locator("[data-node=measurement]")).toHaveAttribute("data-outcome", "parked");
  await expect(graph.locator("[data-node=sensing]")).toHaveAttribute("data-outcome", "done");

  await server.step(8);
  await expect(page.locator(soup)).toContainText("Completed");
  await page.locator(soup).click();
  const steps = page.locator("[data-step-node]");
  await expect(steps.first()).toHaveAttribute("data-step-node", "sensing");
  await expect(page.locator("[data-step-node=measurement] [data-attempt]")).toHaveCount(2);
  const told = (await server.events(id)).length;
  await expect(page.getByRole("tab", { name: `Events ${told}` })).toBeVisible();
});
