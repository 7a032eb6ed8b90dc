import { expect, type Page, test as base } from "@playwright/test";
import { Server } from "./support/server";

const KEYS = "Vera:viewer:v-key,Otto:operator:o-key,Ada Byron:approver:p-key,Alex:admin:a-key";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.open({ TESCOSENSE_API_KEYS: KEYS }, "a-key");
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

async function enter(page: Page, key: string, path: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
}

const control = (page: Page, name: RegExp) => page.getByRole("banner").getByRole("button", { name });

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
  await page.getByLabel("Key", { exact: true }).fill("v-key");
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.getByRole("heading", { name: "Sales against expectation" })).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  const other = await context.newPage();
  await other.goto("/signals");
  await expect(other.getByRole("heading", { name: "This dashboard needs a key" })).toBeVisible();
});

test("each role is shown what it may do, and nothing that would only be refused", async ({ browser, server }) => {
  await server.trigger("heavy-rain");
  const { id } = await server.campaignOf("soup", "AWAITING_APPROVAL");
  const allowed = { "v-key": [], "o-key": ["clock", "scenario", "stop"], "p-key": ["clock", "scenario", "stop"], "a-key": ["clock", "scenario", "stop", "reset"] };
  const controls = { clock: /one day on/, scenario: /Trigger scenario/, stop: /Stop booking/, reset: /Reset/ };
  for (const [key, mine] of Object.entries(allowed) as [string, string[]][]) {
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await enter(page, key, `/approvals?id=${id}`);
    await expect(page.getByRole("button", { name: /Forget the key of/ })).toBeVisible();
    for (const [name, label] of Object.entries(controls)) {
      await expect(control(page, label), `${name} for ${key}`).toHaveCount(mine.includes(name) ? 1 : 0);
    }
    const mayDecide = ["p-key", "a-key"].includes(key);
    for (const decision of [/^Approve/, /^Reject/]) {
      await expect(page.getByRole("form", { name: "Decision" }).getByRole("button", { name: decision })).toBeEnabled({ enabled: mayDecide });
    }
    await expect(page.getByText("an approver decides it")).toHaveCount(mayDecide ? 0 : 1);
    await context.close();
  }
});

test("who may read prompts may not save them, and who may save them may not release them", async ({ browser, server }) => {
  const allowed = { "v-key": [], "o-key": ["Save", "Ask the model"], "p-key": ["Save", "Ask the model", "Release the working copy"] };
  for (const [key, mine] of Object.entries(allowed) as [string, string[]][]) {
    const context = await browser.newContext({ baseURL: server.url });
    const page = await context.newPage();
    await enter(page, key, "/prompts?prompt=creative/ad_copy&tab=run");
    await expect(page.locator('[data-editor="ready"]')).toBeVisible();
    await expect(page.getByRole("button", { name: /Forget the key of/ })).toBeVisible();
    const has = async (name: string) =>
      expect(page.getByRole("button", { name, exact: true }), `${name} for ${key}`).toHaveCount(mine.includes(name) ? 1 : 0);
    await has("Save");
    await has("Ask the model");
    await page.getByRole("tab", { name: "Releases" }).click();
    await has("Release the working copy");
    await page.getByRole("textbox", { name: /^Source of/ }).focus();
    await page.keyboard.type("x");
    await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", mine.includes("Save") ? "edited" : "saved");
    await context.close();
  }
});

test("a decision is signed by the key, and whoever leaves is asked for one again", async ({ page, server }) => {
  const { id } = await server.campaignOf("soup", "AWAITING_APPROVAL");
  await enter(page, "p-key", `/approvals?id=${id}`);
  await expect(page.getByText("The name of your key.")).toBeVisible();
  await expect(page.getByLabel(/decided by/i)).toHaveCount(0);
  await page.getByRole("button", { name: /^Approve/ }).click();
  await expect(page.getByText("Approved.", { exact: true })).toBeVisible();
  await server.atRest();
  const { approvals } = await server.get<{ approvals: { decided_by: string }[] }>(`/campaigns/${id}`);
  expect(approvals.map((approval) => approval.decided_by)).toEqual(["Ada Byron"]);
  await page.getByRole("button", { name: "Forget the key of Ada Byron" }).click();
  await expect(page.getByRole("heading", { name: "This dashboard needs a key" })).toBeVisible();
});

test("booking that is stopped is resumed by an admin alone", async ({ page, server }) => {
  await server.ask("PUT", "/kill-switch", { stopped: true, reason: "a drill" });
  await enter(page, "o-key", "/");
  await expect(page.getByText("All booking is stopped.")).toBeVisible();
  await expect(control(page, /Resume booking/)).toHaveCount(0);
  await page.getByRole("button", { name: /Forget the key of/ }).click();
  await page.getByLabel("Key", { exact: true }).fill("a-key");
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await control(page, /Resume booking/).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("It was a drill.");
  await page.getByRole("dialog").getByRole("button", { name: "Resume booking" }).click();
  await expect(page.getByText("All booking is stopped.")).toHaveCount(0);
});
