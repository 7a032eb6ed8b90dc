import AxeBuilder from "@axe-core/playwright";
import { gzipSync } from "node:zlib";
import { expect, test } from "./test";

const PAGES = ["/", "/campaigns", "/approvals", "/signals"];
const FIRST_PAGE_BYTES = 300 * 1024;

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

for (const scheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any page, ${scheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const soup = await server.campaignOf("soup", "COMPLETED");
    for (const path of [...PAGES, `/campaigns?id=${soup.id}`, `/?campaign=${soup.id}`]) {
      await page.goto(path);
      await settled(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((violation) => `${path} ${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
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

test("a phone shows every page whole, without scrolling sideways", async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const soup = await server.campaignOf("soup", "COMPLETED");
  for (const path of [...PAGES, `/campaigns?id=${soup.id}`]) {
    await page.goto(path);
    await settled(page);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, path).toBeLessThanOrEqual(0);
  }
  await page.getByRole("button", { name: /World controls/ }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: "Trigger scenario" })).toBeVisible();
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
  await page.getByRole("columnheader", { name: "Spent" }).getByRole("button").click();
  await page.getByRole("searchbox", { name: "Search campaigns" }).fill("soup");
  await expect(page).toHaveURL(/\?status=done&sort=-spent&q=soup$/);
  const soup = await server.campaignOf("soup", "COMPLETED");
  const row = page.getByRole("row", { name: /Soup/ });
  await expect(row).toContainText(new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP", maximumFractionDigits: 0 }).format(soup.spent));
  await row.getByRole("link", { name: "Soup" }).click();
  await expect(page).toHaveTitle(`${soup.name} · TescoSense`);
  await expect(page.locator("#decisions")).toContainText("Flight over");
  await page.goBack();
  await expect(page.getByRole("button", { name: "Completed" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("searchbox", { name: "Search campaigns" })).toHaveValue("soup");
  await expect(page.getByRole("columnheader", { name: "Spent" })).toHaveAttribute("aria-sort", "descending");
});

for (const width of [1280, 1440, 1536]) {
  test(`no figure, label or headline is cut at ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["/", "/campaigns", "/signals"]) {
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
  const scripts: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.body());
  });
  await page.goto("/");
  await settled(page);
  const weight = (await Promise.all(scripts)).reduce((sum, body) => sum + gzipSync(body).length, 0);
  expect(weight).toBeGreaterThan(0);
  expect(weight).toBeLessThan(FIRST_PAGE_BYTES);
});

test("live updates do not move what is on screen", async ({ page, server }) => {
  await page.goto("/");
  await settled(page);
  await page.evaluate(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) shifts.push(entry.value);
      }
    }).observe({ type: "layout-shift" });
  });
  await server.step(1);
  await expect.poll(() => page.evaluate(() => document.body.innerText.includes("read now"))).toBe(true);
  const shifted = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0));
  expect(shifted).toBeLessThan(0.1);
});

test("the skip link leads to the page, and the graph has a table beside it", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#page")).toBeFocused();
  await page.getByRole("tab", { name: "Nodes as a table" }).click();
  await expect(page.getByRole("row", { name: /^Sensing Done/ })).toBeVisible();
});

test("an unknown page and an unknown campaign say what to do", async ({ page }) => {
  await page.goto("/campaigns?id=00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("alert").filter({ hasText: "there is no campaign" })).toBeVisible();
});
