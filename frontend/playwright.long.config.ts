import { defineConfig } from "@playwright/test";
import { launchOptions } from "./playwright.chromium";

/** What takes minutes: `make long` runs it. */
export default defineConfig({
  testDir: "e2e/whole-day",
  testMatch: "*.long.ts",
  workers: 1,
  timeout: 1_800_000,
  expect: { timeout: 120_000 },
  reporter: [["list"]],
  use: { launchOptions, locale: "en-GB", timezoneId: "Europe/London", trace: "retain-on-failure" },
});
