import { defineConfig } from "@playwright/test";
import { launchOptions } from "./e2e/chromium";

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  testIgnore: "screenshots.spec.ts",
  fullyParallel: false,
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: { launchOptions, viewport: { width: 1440, height: 1000 }, locale: "en-GB", timezoneId: "Europe/London", trace: "retain-on-failure" },
});
