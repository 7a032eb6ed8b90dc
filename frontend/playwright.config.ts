import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./playwright.chromium";

const specs = readdirSync(fileURLToPath(new URL("e2e", import.meta.url))).filter((name) => name.endsWith(".spec.ts"));

/** A project for each spec file, so that each has a worker, and with it a server, of its own. */
export default defineConfig({
  testDir: "e2e",
  projects: specs.map((name) => ({ name: name.replace(".spec.ts", ""), testMatch: name })),
  fullyParallel: false,
  workers: 1,
  // Only a failure takes so long, on however busy a machine.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  reporter: [["list"]],
  use: { launchOptions, viewport: { width: 1440, height: 1000 }, locale: "en-GB", timezoneId: "Europe/London", trace: "retain-on-failure" },
});
