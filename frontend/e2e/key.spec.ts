import { test as base, expect } from "@playwright/test";
import { Server } from "./support/server";

const KEY = "a-key-for-the-media-desk";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.open({ TESCOSENSE_API_KEYS: KEY });
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

test("a visitor without a key is asked for it once, and a wrong one is told from none", async ({ page }) => {
  for (const path of ["/", "/campaigns", "/approvals", "/signals"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "This dashboard needs a key" })).toHaveCount(1);
    await expect(page.getByRole("button", { name: "Stop booking" })).toHaveCount(0);
    await expect(page.getByText(/Bearer|known API key/)).toHaveCount(0);
    await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
  }
  await page.getByLabel("Key", { exact: true }).fill("a guess");
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(page.getByText("The server does not know the key you gave.")).toBeVisible();
});

test("a key that is known opens the pages and the live connection, for as long as the tab lasts", async ({ page, context }) => {
  await page.goto("/signals");
  await page.getByLabel("Key", { exact: true }).fill(KEY);
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.getByRole("heading", { name: "Sales against expectation" })).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  const other = await context.newPage();
  await other.goto("/signals");
  await expect(other.getByRole("heading", { name: "This dashboard needs a key" })).toBeVisible();
});
