import { test as base } from "@playwright/test";
import { Server } from "./server";

/** Each worker has a server, and each spec file a worker, so files do not disturb each other. */
export const test = base.extend<object, { server: Server }>({
  server: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const server = await Server.open();
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

export { expect, type Page } from "@playwright/test";
