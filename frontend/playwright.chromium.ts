import { existsSync } from "node:fs";

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** CHROME_PATH, a browser of the system, or else Playwright's own. */
export const chromium = process.env.CHROME_PATH || SYSTEM.find((path) => existsSync(path));

export const launchOptions = {
  ...(chromium ? { executablePath: chromium } : {}),
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--no-first-run", "--font-render-hinting=none",
  ],
};
