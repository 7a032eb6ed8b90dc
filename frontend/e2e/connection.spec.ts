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
