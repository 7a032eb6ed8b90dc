import { writeFileSync } from "node:fs";
import { type Browser, expect, type Page, test } from "@playwright/test";

/** Where the servers are, how many events the second one has and are told besides, and where the figures are written to. */
const { EMPTY_URL = "", LONG_URL = "", BUSY_URL = "", EVENTS = "", MOVED = "", MEASURED = "" } = process.env;
const ROUNDS = 5;
const SCROLL_MS = 3000;

const PAGES = ["/", "/steps", "/approvals", "/campaigns", "/creatives", "/signals", "/learning", "/prompts", "/data"];
const [SLOW_KBIT, SLOWEST_KBIT, LATENCY_MS] = [1600, 400, 150];
/** Milliseconds without a change after which a page is taken to be at rest. */
const AT_REST = 1500;
const EVENTS_EACH = 50;
const VIEWPORT = { width: 1440, height: 1000 };

declare global {
  interface Window {
    seen: { live: number; busyUntil: number };
  }
}

/** Notes when the page was in step with the server, and when the last long task ended. */
function watch(): void {
  const seen = { live: 0, busyUntil: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.busyUntil = task.startTime + task.duration;
  }).observe({ type: "longtask", buffered: true });
  const look = (): void => {
    if (document.querySelector('[data-connection="live"]')) seen.live = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** In a context of its own, so with nothing cached. */
async function afresh<Figure>(browser: Browser, javaScriptEnabled: boolean, measure: (page: Page) => Promise<Figure>): Promise<Figure> {
  const context = await browser.newContext({ javaScriptEnabled, viewport: VIEWPORT });
  const figure = await measure(await context.newPage());
  await context.close();
  return figure;
}

/** Milliseconds until the page is live and the browser has nothing left to do but to wait for a click. */
const interactive = (browser: Browser, url: string): Promise<number> =>
  afresh(browser, true, async (page) => {
    await page.addInitScript(watch);
    await page.goto(url);
    await page.waitForFunction(() => window.seen.live > 0);
    return page.evaluate(
      () => new Promise<number>((tell) => setTimeout(() => tell(Math.max(window.seen.live, window.seen.busyUntil)), 500)),
    );
  });

/** The same page without its scripts: what the server, the wire and the browser take in any case. */
const withoutScripts = (browser: Browser, url: string): Promise<number> =>
  afresh(browser, false, async (page) => {
    const begun = performance.now();
    await page.goto(url, { waitUntil: "load" });
    return performance.now() - begun;
  });

/** Bytes of JavaScript the page fetches, as they travel. */
const scriptBytes = (browser: Browser, url: string): Promise<number> =>
  afresh(browser, true, async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const scripts = new Set<string>();
    let bytes = 0;
    // What is fetched ahead for other pages begins with these, and is no part of the first.
    await page.route(/\.txt(\?|$)/, (route) => route.abort());
    await devtools.send("Network.enable");
    devtools.on("Network.responseReceived", ({ requestId, type }) => {
      if (type === "Script") scripts.add(requestId);
    });
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await page.goto(url);
    await expect(page.locator('[data-connection="live"]')).toBeVisible();
    await page.waitForTimeout(1000);
    return bytes;
  });

const framesPerSecond = (browser: Browser, url: string): Promise<number> =>
  afresh(browser, true, async (page) => {
    await page.goto(url);
    await page.getByRole("tab", { name: `Events ${EVENTS}` }).click();
    const feed = page.locator("[data-event-feed]");
    await expect(feed.locator("li").first()).toBeVisible();
    return feed.evaluate(async (box, length) => {
      const begun = performance.now();
      let drawn = 0;
      for (; performance.now() < begun + length; drawn += 1) {
        box.scrollTop += 400;
        await new Promise((next) => requestAnimationFrame(next));
      }
      return (drawn / (performance.now() - begun)) * 1000;
    }, SCROLL_MS);
  });

async function slowLine(page: Page, kbit: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  const throughput = (kbit * 1000) / 8;
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: LATENCY_MS, downloadThroughput: throughput, uploadThroughput: throughput });
}

/** Notes when the page was live, each status that was painted before, and how far things moved about. */
function watchPaints(): void {
  const noted = { live: 0, shift: 0, painted: [] as string[] };
  Object.assign(window, { noted });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) if (!entry.hadRecentInput) noted.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const painted = new Set<string>();
  const look = (): void => {
    for (const badge of document.querySelectorAll<HTMLElement>("[data-campaign], tbody tr")) painted.add(badge.innerText.replace(/\s+/g, " "));
    noted.painted = [...painted];
    if (!noted.live && document.querySelector('[data-connection="live"]')) noted.live = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

interface Noted { live: number; shift: number; painted: string[] }

async function openedSlowly(page: Page, path: string, kbit: number): Promise<Noted> {
  await page.addInitScript(watchPaints);
  await slowLine(page, kbit);
  await page.goto(BUSY_URL + path, { waitUntil: "commit" });
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.waitForTimeout(AT_REST);
  return page.evaluate(() => (window as unknown as { noted: Noted }).noted);
}

/** Rows that were painted and are not there in the end; all the world stands still. */
const notSo = (page: Page, { painted }: Noted): Promise<number> =>
  page.evaluate((told) => {
    const now = new Set([...document.querySelectorAll<HTMLElement>("[data-campaign], tbody tr")].map((one) => one.innerText.replace(/\s+/g, " ")));
    return told.filter((one) => /Running|Needs approval|Sensing|Planned/.test(one) && !now.has(one)).length;
  }, painted);

/** A page's heap before and after campaigns begin and end while it is open, MB. */
const heap = (browser: Browser): Promise<number[]> =>
  afresh(browser, true, async (page) => {
    // Frames reach the page within the browser: each through the test's own process takes it minutes.
    await page.addInitScript(() => {
      const Real = window.WebSocket;
      window.WebSocket = class extends Real {
        constructor(...from: ConstructorParameters<typeof Real>) {
          super(...from);
          Object.assign(window, { socket: this });
        }
      };
    });
    const tell = (frames: string[]): Promise<void> =>
      page.evaluate((told) => {
        const { socket } = window as unknown as { socket: WebSocket };
        for (const data of told) socket.dispatchEvent(new MessageEvent("message", { data }));
      }, frames);
    await page.goto(EMPTY_URL);
    await expect(page.locator('[data-connection="live"]')).toBeVisible();
    const devtools = await page.context().newCDPSession(page);
    const used = async (): Promise<number> => {
      await devtools.send("HeapProfiler.collectGarbage");
      return (await devtools.send("Runtime.getHeapUsage")).usedSize / 1e6;
    };
    const life = async (from: number, until: number): Promise<void> => {
      for (let campaign = from; campaign < until; campaign += 1) {
        const id = `01a20921-4a43-767d-946c-${String(campaign).padStart(12, "0")}`;
        await tell(Array.from({ length: EVENTS_EACH }, (_, at) => JSON.stringify(anEvent(id, at + 1))));
      }
      await page.waitForTimeout(AT_REST);
    };
    // What a page holds at most is reached before the first look.
    await life(0, 100);
    const before = await used();
    await life(100, 100 + Number(MOVED) / EVENTS_EACH);
    return [before, await used()];
  });

function anEvent(thread: string, seq: number): object {
  const data =
    seq === 1 ? { kind: "lifecycle", phase: "started", run_id: thread, status: "", reason: "start" }
    : seq === EVENTS_EACH ? { kind: "lifecycle", phase: "completed", run_id: thread, status: "COMPLETED", reason: "" }
    : { kind: "task", node: "strategy", phase: seq % 2 ? "finish" : "start", task_id: `${thread}-${Math.floor(seq / 2)}`, triggers: ["branch:to:strategy"], duration_ms: 1.5 };
  return {
    type: "event", seq, thread_id: thread, event_id: `${thread.slice(0, 24)}${String(seq).padStart(12, "0")}`, method: data.kind === "task" ? "tasks" : "lifecycle",
    params: { namespace: [], timestamp: new Date().toISOString(), data },
  };
}

/** From each click to the next paint, milliseconds: through all pages, and the filters of the table. */
const clicks = (browser: Browser): Promise<number[]> =>
  afresh(browser, true, async (page) => {
    await page.addInitScript(() => {
      const paints: number[] = [];
      Object.assign(window, { paints });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (entry.name === "click") paints.push(entry.duration);
      }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
    });
    await page.goto(BUSY_URL);
    await expect(page.locator('[data-connection="live"]')).toBeVisible();
    let pressed = 0;
    for (let round = 0; round < 3; round += 1) {
      for (const name of ["Campaigns", "Signals", "Steps", "Learning", "Prompts", "Approvals", "Home"]) {
        await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: new RegExp(`^${name}`) }).click();
        pressed += 1;
        await expect(page.locator(".skeleton")).toHaveCount(0);
      }
    }
    const slow = await page.evaluate(() => (window as unknown as { paints: number[] }).paints);
    // What was painted within a frame is not told of.
    return [...slow, ...Array<number>(Math.max(0, pressed - slow.length)).fill(16)];
  });

async function several(measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await measure());
  return figures;
}

async function onSlowLines(browser: Browser): Promise<object> {
  const cold: Record<string, number> = {};
  const cached: Record<string, number> = {};
  const shift: Record<string, number> = {};
  let wrong = 0;
  for (const path of PAGES) {
    const context = await browser.newContext({ viewport: VIEWPORT });
    for (const times of [cold, cached]) {
      const page = await context.newPage();
      const noted = await openedSlowly(page, path, SLOW_KBIT);
      times[path] = noted.live;
      shift[path] = Math.max(shift[path] ?? 0, noted.shift);
      wrong += await notSo(page, noted);
      await page.close();
    }
    await context.close();
  }
  const slowest = await afresh(browser, true, async (page) => (await openedSlowly(page, "/", SLOWEST_KBIT)).live);
  return { cold_ms: cold, cached_ms: cached, layout_shift: shift, false_states: wrong, slowest_line_ms: slowest };
}

test("the first page is measured", async ({ browser }) => {
  await afresh(browser, true, (page) => page.goto(EMPTY_URL));
  const measured = {
    script_bytes: await scriptBytes(browser, EMPTY_URL),
    without_scripts_ms: await several(() => withoutScripts(browser, EMPTY_URL)),
    interactive_ms: await several(() => interactive(browser, EMPTY_URL)),
    interactive_long_ms: await several(() => interactive(browser, LONG_URL)),
    frames_per_second: await framesPerSecond(browser, LONG_URL),
    ...(await onSlowLines(browser)),
    heap_mb: await heap(browser),
    paint_ms: await clicks(browser),
  };
  writeFileSync(MEASURED, JSON.stringify(measured));
});
