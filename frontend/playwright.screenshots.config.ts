import { defineConfig } from "@playwright/test";
import config from "./playwright.config";

export default defineConfig({ ...config, projects: [{ name: "screenshots", testMatch: "screenshots.spec.ts" }], timeout: 240_000 });
