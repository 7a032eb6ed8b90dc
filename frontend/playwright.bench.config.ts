import { defineConfig } from "@playwright/test";
import { launchOptions } from "./playwright.chromium";

/** What `tescosense bench page` runs: a measurement, not a test. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "page.bench.ts",
  workers: 1,
  timeout: 900_000,
  // Whatever takes so long is told by its figure.
  expect: { timeout: 60_000 },
  use: { launchOptions, viewport: { width: 1440, height: 1000 }, locale: "en-GB", timezoneId: "Europe/London" },
});
