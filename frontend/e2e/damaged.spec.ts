import { expect, test as base } from "@playwright/test";
import { Server } from "./support/server";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.open();
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

test("a campaign whose record is torn is named above the others, and is not gone without a word", async ({ page, server }) => {
  await server.trigger("heavy-rain");
  const [torn, whole] = await server.campaigns();
  await server.damage(torn!.id, "budget");
  await page.goto("/campaigns");
  const told = page.getByRole("alert").filter({ hasText: "cannot be read" });
  await expect(told).toContainText("One campaign cannot be read and is not in the table.");
  await expect(told).toContainText(torn!.id);
  await expect(page.getByRole("table").locator(`a[href*="${torn!.id}"]`)).toHaveCount(0);
  if (whole) await expect(page.getByRole("table").locator(`a[href*="${whole.id}"]`).first()).toBeVisible();
  await page.goto(`/campaigns?id=${torn!.id}`);
  await expect(page.getByRole("alert").filter({ hasText: torn!.id }).first()).toBeVisible();
});
