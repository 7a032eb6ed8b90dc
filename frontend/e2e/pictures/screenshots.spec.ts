/** Pictures of every page for the documentation: `npm run screenshots` writes docs/images/. */

import { fileURLToPath } from "node:url";
import type { Browser } from "@playwright/test";
import type { Server } from "../support/server";
import { expect, type Page, test } from "../support/test";

const IMAGES = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1440, height: 1000 }, scale: 1 },
  { name: "dark", colorScheme: "dark", viewport: { width: 1440, height: 1000 }, scale: 1 },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 }, scale: 2 },
] as const;
/** The words of the first ads, and what the rules say of them. */
const TYPED = [
  ["Cures colds and clears the head.", "fail"],
  ["The best water in town.", "refer"],
  ["A long cool drink for a hot day.", "pass"],
] as const;

test.beforeAll(async ({ server }) => {
  test.setTimeout(180_000);
  await server.trigger("heavy-rain");
  const soup = await server.campaignOf("soup");
  await server.decide(soup.id, { decision: "edit", budgets: [{ channel: "email", budget: 600 }], decided_by: "Priya, media desk" });
  await server.step(9);
  await server.trigger("heatwave");
  for (const category of ["barbecue meat", "beer", "bottled water"]) {
    const campaign = (await server.campaigns()).find((one) => one.category === category && one.status === "AWAITING_APPROVAL");
    if (campaign) await server.decide(campaign.id, { decision: "approve", decided_by: "Priya, media desk" });
  }
  // Days of which the platform tells in full; what is proposed by then is of another rain. And one campaign whose model never answers rightly.
  await server.step(3);
  await server.ask("POST", "/campaigns", { scenario: "viral-trend", faults: ["malformed-json"] });
  await server.trigger("heavy-rain");
  await server.ask("PUT", "/simulation/clock", { running: false, speed: 3 });
});

async function views(server: Server): Promise<Record<string, string>> {
  const soup = await server.campaignOf("soup", "COMPLETED");
  const waiting = (await server.campaigns()).filter((campaign) => campaign.status === "AWAITING_APPROVAL");
  const chosen = waiting.find((campaign) => campaign.category === "soup") ?? waiting[0];
  const creative = (await server.events(soup.id)).find(({ params: { data } }) => data.kind === "task" && data.node === "creative");
  const task = creative?.params.data.kind === "task" ? creative.params.data.task_id : "";
  return {
    home: "/",
    live: `/steps?campaign=${soup.id}&step=${task}`,
    campaigns: "/campaigns",
    campaign: `/campaigns?id=${soup.id}`,
    running: `/campaigns?id=${(await server.campaigns()).find((one) => one.status === "ACTIVE")?.id ?? ""}`,
    failed: `/campaigns?id=${(await server.campaigns()).find((one) => one.status === "FAILED")?.id ?? ""}`,
    approvals: `/approvals?id=${chosen?.id ?? ""}`,
    signals: "/signals?category=soup&region=London",
    learning: "/learning?category=soup",
    prompts: "/prompts?prompt=creative/ad_copy",
    creatives: "/creatives?status=done",
  };
}

async function settle(page: Page): Promise<void> {
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForLoadState("networkidle");
}

/** The words of a prompt, which stand below its front matter. */
async function atTheText(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Parts of the file" }).getByRole("button", { name: "Text" }).click();
  await expect(page.getByRole("textbox", { name: /^Source of/ })).toBeFocused();
  await expect(page.locator(".cm-line > span").first()).toBeVisible();
  await page.mouse.move(0, 0);
  await page.evaluate(() => {
    (document.activeElement as HTMLElement).blur();
    window.scrollTo(0, 0);
  });
}

async function opened(browser: Browser, server: Server, look: (typeof LOOKS)[number]): Promise<Page> {
  const context = await browser.newContext({
    baseURL: server.url, viewport: look.viewport, colorScheme: look.colorScheme, deviceScaleFactor: look.scale,
    locale: "en-GB", timezoneId: "Europe/London", reducedMotion: "reduce",
  });
  return context.newPage();
}

for (const look of LOOKS) {
  test(`every page, ${look.name}`, async ({ browser, server }) => {
    const page = await opened(browser, server, look);
    for (const [name, path] of Object.entries(await views(server))) {
      await page.goto(path);
      await settle(page);
      if (name === "live" && look.name !== "phone") await page.getByRole("tab", { name: /Prompts/ }).click();
      if (name === "prompts") await atTheText(page);
      await page.screenshot({ path: `${IMAGES}${name}-${look.name}.png` });
    }
    await page.context().close();
  });

  test(`what the rules say while one types, ${look.name}`, async ({ browser, server }) => {
    const page = await opened(browser, server, look);
    await page.goto((await views(server)).approvals ?? "");
    await settle(page);
    await page.getByRole("button", { name: "Edit copy" }).click();
    for (const [index, [body, outcome]] of TYPED.entries()) {
      const ad = page.locator("[data-creative]").nth(index);
      await ad.getByLabel("Body").fill(body);
      await expect(ad.locator("[data-verdict]")).toHaveAttribute("data-verdict", outcome);
    }
    await page.locator("[data-verdict]").first().evaluate((ad) => ad.scrollIntoView({ block: "center" }));
    await settle(page);
    await page.screenshot({ path: `${IMAGES}verdict-${look.name}.png` });
    await page.context().close();
  });
}
