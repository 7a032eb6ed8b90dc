import AxeBuilder from "@axe-core/playwright";
import type { Response } from "@playwright/test";
import { gzipSync } from "node:zlib";
import type { components } from "../generated/api";
import { expect, test } from "./support/test";

const PAGES = ["/", "/campaigns", "/creatives", "/approvals", "/signals", "/steps", "/learning", "/prompts", "/data"];
const FIRST_PAGE_BYTES = 260 * 1024;

test.beforeAll(async ({ server }) => {
  await server.trigger("heavy-rain");
  const soup = await server.campaignOf("soup");
  await server.decide(soup.id, { decision: "approve" });
  await server.step(9);
  await server.trigger("heatwave");
});

async function settled(page: import("@playwright/test").Page): Promise<void> {
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

async function expectAccessible(page: import("@playwright/test").Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((violation) => `${page.url()} ${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
}

/** Every picture is scrolled to, since it is fetched only then, and comes. */
async function picturesLoaded(page: import("@playwright/test").Page): Promise<void> {
  for (const picture of await page.locator("main img").all()) {
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 60_000 }).toBeGreaterThan(0);
  }
}

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${scheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const soup = await server.campaignOf("soup", "COMPLETED");
    const refused: string[] = [];
    page.on("response", (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
    });
    for (const path of [...PAGES, `/campaigns?id=${soup.id}`, `/steps?campaign=${soup.id}`]) {
      await page.goto(path);
      await settled(page);
      await picturesLoaded(page);
      expect(refused).toEqual([]);
      await expectAccessible(page);
    }
  });
}

test("dark is really dark, by the system and by choice", async ({ page }) => {
  const lightness = async (selector: string): Promise<number> =>
    page.locator(selector).first().evaluate((element) => {
      const [red = 0, green = 0, blue = 0] = getComputedStyle(element).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
      return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    });
  await page.emulateMedia({ colorScheme: "dark" });
  for (const path of PAGES) {
    await page.goto(path);
    await settled(page);
    expect(await lightness("body")).toBeLessThan(0.1);
    expect(await lightness(".card")).toBeLessThan(0.15);
  }
  await page.getByRole("button", { name: /Change to Light/ }).click();
  expect(await lightness("body")).toBeGreaterThan(0.9);
  await page.reload();
  await settled(page);
  expect(await lightness("body")).toBeGreaterThan(0.9);
});

/** What stands in the bar lies within it, whole; to stop booking is one press away. */
async function expectBarWhole(page: import("@playwright/test").Page, width: number): Promise<void> {
  const outside = await page.locator("header :is(button, a)").filter({ visible: true }).evaluateAll(
    (elements, until) => elements.filter((element) => { const { left, right } = element.getBoundingClientRect(); return left < 0 || right > until; }).map((element) => element.outerHTML.slice(0, 100)),
    width,
  );
  expect(outside, `the bar at ${width} pixels`).toEqual([]);
  await page.getByRole("button", { name: "Stop booking" }).filter({ visible: true }).click({ trial: true });
}

test("a phone shows every page whole, without scrolling sideways, and booking can be stopped from each", async ({ page, server }) => {
  const soup = await server.campaignOf("soup", "COMPLETED");
  for (const path of [...PAGES, "/glossary", `/campaigns?id=${soup.id}`]) {
    await page.setViewportSize({ width: 360, height: 780 });
    await page.goto(path);
    await settled(page);
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 780 });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${path} at ${width} pixels`).toBeLessThanOrEqual(0);
      await expectBarWhole(page, width);
    }
  }
  // Enlarged to 400 %: nothing stays in sight that leaves no room for what is read, and all of it is a scroll away.
  await page.setViewportSize({ width: 320, height: 256 });
  const overlaid = await page.evaluate(() => {
    const onTop = [...document.querySelectorAll("body *")].filter((one) => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility());
    return onTop.map((one) => one.getBoundingClientRect()).filter(({ width, bottom }) => width > 160 && bottom > 0).map(({ height }) => height);
  });
  expect(overlaid, "bars at 256 pixels of height").toEqual([]);
  await page.getByRole("navigation", { name: "Pages" }).filter({ visible: true }).getByRole("link", { name: "Home" }).click({ trial: true });
  for (const width of [640, 820, 1024, 1279, 1280, 1440, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    await expectBarWhole(page, width);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: /World controls/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Trigger scenario" }).click();
  const scenarios = page.getByRole("menuitem").filter({ visible: true });
  await expect(scenarios).toHaveCount(9);
  for (const scenario of await scenarios.all()) {
    await scenario.scrollIntoViewIfNeeded();
    // A pixel's part is lost where a line begins between two.
    await expect(scenario).toBeInViewport({ ratio: 0.95 });
  }
  const triggered = page.waitForResponse("**/simulation/trigger");
  await page.getByRole("menuitem", { name: "Stock out" }).filter({ visible: true }).click();
  expect((await triggered).status()).toBe(409);
  const asking = page.getByRole("dialog", { name: "Move on undecided?" });
  const movedOn = page.waitForResponse("**/simulation/trigger");
  await asking.getByRole("button", { name: "Let them lapse" }).click();
  expect((await movedOn).ok()).toBe(true);
});

test("a finger finds everything it can press", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  for (const path of ["/", "/steps", "/signals", "/data"]) {
    await page.goto(path);
    await settled(page);
    const small = await page.locator("header :is(button, a), main :is(button, a, select, input)").filter({ visible: true }).evaluateAll((elements) =>
      elements.filter((element) => !element.closest("table, .sr-only") && getComputedStyle(element, "::after").position !== "absolute" && element.getBoundingClientRect().height < 43.5).map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(small, path).toEqual([]);
  }
  await context.close();
});

test("the key figures stand in full rows at every width", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  for (const width of [1536, 1440, 1280, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const tops = await page.locator('[aria-label="Key figures"] dl > div').evaluateAll((cells) => cells.map((cell) => Math.round(cell.getBoundingClientRect().top)));
    const rows = [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
    expect(rows, `${width} pixels`).toEqual(width >= 1440 ? [9] : [3, 3, 3]);
  }
});

test("the table's view lives in the address, and Back leads to it again", async ({ page, server }) => {
  await page.goto("/campaigns");
  await settled(page);
  await page.getByRole("button", { name: "Completed" }).click();
  await page.getByRole("columnheader", { name: "Spent" }).getByRole("button", { name: "Spent", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search campaigns" }).fill("soup");
  await expect(page).toHaveURL(/\?status=done&sort=-spent&q=soup$/);
  const soup = await server.campaignOf("soup", "COMPLETED");
  const row = page.getByRole("row", { name: /Soup/ });
  await expect(row).toContainText(new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP", maximumFractionDigits: 0 }).format(soup.spent));
  await row.getByRole("link", { name: /^Soup for/ }).click();
  await expect(page).toHaveTitle(`${soup.called} · TescoSense`);
  await expect(page.locator("#decisions")).toContainText("Flight over");
  await page.goBack();
  await expect(page.getByRole("button", { name: "Completed" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("searchbox", { name: "Search campaigns" })).toHaveValue("soup");
  await expect(page.getByRole("columnheader", { name: "Spent" })).toHaveAttribute("aria-sort", "descending");
});

test("the creative library tells of each ad what its channel delivered, by an address, and leads to its campaign", async ({ page, server }) => {
  const soup = await server.campaignOf("soup", "COMPLETED");
  await page.goto("/creatives?category=soup&status=done");
  await settled(page);
  const ads = page.getByRole("list", { name: "Ads" }).getByRole("figure");
  const { performance, creatives } = await server.get<components["schemas"]["CampaignDetail"]>(`/campaigns/${soup.id}`);
  await expect(ads).toHaveCount(creatives.length);
  for (const { channel, impressions } of performance) {
    await expect(page.locator(`[data-creative="${channel}"] dd`).first()).toHaveText(impressions.toLocaleString("en-GB"));
  }
  const [ad] = creatives;
  await page.getByRole("searchbox", { name: "Search ads" }).fill(ad?.body ?? "");
  await expect(ads).toHaveCount(creatives.filter(({ body }) => body === ad?.body).length);
  await expect(page).toHaveURL(/&q=/);
  await ads.first().getByRole("link", { name: /^Campaign Soup/ }).click();
  await expect(page).toHaveTitle(`${soup.called} · TescoSense`);
  await page.goto("/creatives?q=no-such-words");
  await expect(page.getByText("No ad fits these filters")).toBeVisible();
});

test("a printed table has all its columns and nothing that can only be pressed", async ({ page }) => {
  await page.setViewportSize({ width: 820, height: 1000 });
  await page.goto("/campaigns");
  await settled(page);
  await page.emulateMedia({ media: "print" });
  const headings = page.locator("thead th").filter({ visible: true });
  await expect(headings).toHaveText([/Campaign/, /Status/, /Detected/, /Flight/, /Planned/, /Spent/, /ROI/]);
  await expect(page.locator("tfoot")).toBeVisible();
  for (const pressed of [page.getByRole("searchbox"), page.getByRole("button", { name: "CSV" }), page.getByRole("button", { name: "Trigger scenario" }), page.getByRole("navigation", { name: "Pages" })]) {
    await expect(pressed.filter({ visible: true })).toHaveCount(0);
  }
  await page.emulateMedia({ media: "screen" });
});

test("campaigns older than the first page are a press away, whatever happens meanwhile", async ({ page, server }) => {
  const all = await server.campaigns();
  let asked = 0;
  let dayHasPassed = Promise.resolve();
  await page.route(/\/campaigns\?limit=200/, async (route) => {
    const isMore = new URL(route.request().url()).searchParams.get("after") === "here";
    // The first time a day passes before the answer: the page asks for its list anew, and lets this fetch go.
    if (isMore && ++asked === 1) {
      const lost = page.waitForEvent("requestfailed", (request) => request === route.request());
      dayHasPassed = server.step(1);
      await lost;
      return;
    }
    await route.fulfill({ json: isMore ? { items: all.slice(2), next: null, unreadable: [] } : { items: all.slice(0, 2), next: "here", unreadable: [] } });
  });
  await page.goto("/campaigns");
  await settled(page);
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.getByRole("button", { name: "Show more" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(all.length);
  await expect(page.getByRole("button", { name: "Show more" })).toHaveCount(0);
  expect(asked).toBeGreaterThan(1);
  await dayHasPassed;
});

for (const width of [1280, 1440, 1536]) {
  test(`no figure, label or headline is cut at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/", "/steps", "/campaigns", "/signals"]) {
      await page.goto(path);
      await settled(page);
      const cut = await page.locator('[aria-label="Key figures"] *, main th *, #matrix [role=region], #series p').evaluateAll((elements) =>
        elements.filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline" && !element.closest(".sr-only"))
          .map((element) => element.textContent),
      );
      expect(cut, path).toEqual([]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, path).toBeLessThanOrEqual(0);
    }
  });
}

test("the first page stays under its weight", async ({ page }) => {
  const scripts: Response[] = [];
  const collect = (response: Response) => {
    if (response.request().resourceType() === "script") scripts.push(response);
  };
  // What is fetched ahead for other pages begins with these, and is no part of the first.
  await page.route(/\.txt(\?|$)/, (route) => route.abort());
  page.on("response", collect);
  await page.goto("/");
  await settled(page);
  // What arrives from here on was fetched for other pages, and may still be on its way when the test ends.
  page.off("response", collect);
  const weight = (await Promise.all(scripts.map((response) => response.body()))).reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(weight).toBeGreaterThan(0);
  expect(weight).toBeLessThan(FIRST_PAGE_BYTES);
});

test("the skip link leads to the page, and the graph has a table beside it", async ({ page }) => {
  await page.goto("/steps");
  await settled(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#page")).toBeFocused();
  await page.getByRole("tab", { name: "Nodes as a table" }).click();
  await expect(page.getByRole("row", { name: /^Sensing Done/ })).toBeVisible();
});

test("the Tab key stops once in the matrix of signals, and arrows move in it", async ({ page }) => {
  await page.goto("/signals?category=soup&region=London");
  await settled(page);
  const matrix = page.getByRole("grid", { name: /Sales against expectation/ });
  await expect(matrix.locator("button[tabindex='0']")).toHaveCount(1);
  await matrix.getByRole("button", { name: /^Soup, London/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(matrix.getByRole("button", { name: /^Ice cream, South East/ })).toBeFocused();
  await expect(matrix.locator("button[tabindex='0']")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Ice cream, South East" })).toBeVisible();
  const widths = await matrix.locator("thead th").evaluateAll((heads) => heads.slice(1).map((head) => Math.round(head.getBoundingClientRect().width)));
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
  await page.keyboard.press("Tab");
  await expect(matrix.locator(":focus")).toHaveCount(0);
});

test("an unknown page and an unknown campaign say so, and lead back", async ({ page }) => {
  expect((await page.goto("/nonsense"))?.status()).toBe(404);
  await expect(page.getByText("There is no such page")).toBeVisible();
  await page.getByRole("link", { name: "To Home" }).click();
  await expect(page.getByRole("heading", { name: "Needs a decision" })).toBeVisible();

  for (const id of ["nonsense", "00000000-0000-7000-8000-000000000000"]) {
    await page.goto(`/campaigns?id=${id}`);
    await expect(page.getByRole("alert").filter({ hasText: "There is no such campaign" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  }
  await page.getByRole("link", { name: "All campaigns" }).last().click();
  await expect(page.getByRole("row", { name: /Soup/ }).first()).toBeVisible();

  await page.goto("/signals?category=nonsense&region=Atlantis");
  await settled(page);
  await expect(page.locator("#series [role=alert]")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: /nonsense|Atlantis/i })).toHaveCount(0);
});

test("everything is two keys away, or a few letters, and never while somebody types", async ({ page, server }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/campaigns$/);
  await page.getByRole("searchbox", { name: "Search campaigns" }).fill("ga?");
  await expect(page).toHaveURL(/q=ga/);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Page, campaign or action" });
  await expect(field).toBeFocused();
  await expectAccessible(page);
  const soup = await server.campaignOf("soup", "COMPLETED");
  // Enter may come before what is looked for: it goes there when it is found.
  await field.fill(soup.id);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`id=${soup.id}`));
  await page.keyboard.press("?");
  const map = page.getByRole("dialog", { name: "Keyboard" });
  await expect(map).toContainText("Search, and go anywhere");
  await expectAccessible(page);
  await map.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page).toHaveURL(new RegExp(`id=${soup.id}`));
});
