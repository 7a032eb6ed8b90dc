import { launchOptions } from "../playwright.chromium";
import { Server } from "./support/server";
import { expect, test as base } from "./support/test";

/** A name that is not this machine's own: there Swagger would ask its makers about the document, if we let it. */
const HOST = "shop.example";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.open({ TESCOSENSE_ALLOWED_HOSTS: HOST });
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});

test.use({ launchOptions: { ...launchOptions, args: [...launchOptions.args, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`] } });

test("the API's documentation is drawn, and nothing of it comes from elsewhere", async ({ page, server }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const address = server.url.replace("127.0.0.1", HOST);
  await page.goto(`${address}/docs`);
  await expect(page.getByRole("heading", { name: /TescoSense/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Authorize" })).toBeVisible();
  await page.getByRole("button", { name: /^GET \/campaigns\/\{campaign_id\}\/history Get History/ }).click();
  await expect(page.getByText("The address takes other methods, which").first()).toBeVisible();
  const elsewhere = asked.filter((url) => new URL(url).origin !== address && !url.startsWith("data:"));
  expect(elsewhere).toEqual([]);
});
