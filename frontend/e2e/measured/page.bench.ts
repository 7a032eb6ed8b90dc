import { writeFileSync } from "node:fs";
import { type Browser, expect, type Page, test } from "@playwright/test";

/** Where the servers are, how many events the second one has, and where the figures are written to. */
const { EMPTY_URL = "", LONG_URL = "", EVENTS = "", MEASURED = "" } = process.env;
const ROUNDS = 5;
const SCROLL_MS = 3000;

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
  const context = await browser.newContext({ javaScriptEnabled });
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

async function several(measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await measure());
  return figures;
}

test("the first page is measured", async ({ browser }) => {
  await afresh(browser, true, (page) => page.goto(EMPTY_URL));
  const measured = {
    script_bytes: await scriptBytes(browser, EMPTY_URL),
    without_scripts_ms: await several(() => withoutScripts(browser, EMPTY_URL)),
    interactive_ms: await several(() => interactive(browser, EMPTY_URL)),
    interactive_long_ms: await several(() => interactive(browser, LONG_URL)),
    frames_per_second: await framesPerSecond(browser, LONG_URL),
  };
  writeFileSync(MEASURED, JSON.stringify(measured));
});
