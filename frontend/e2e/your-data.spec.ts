/** A person's own exports: dropped, checked, mapped, looked at, and what is said where they are served. */

import AxeBuilder from "@axe-core/playwright";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Server } from "./support/server";
import { expect, type Page, test } from "./support/test";

const DAYS = 112;
const GOODS: Record<string, number> = { bread: 630, cheese: 255, fruit: 480, soup: 390, tea: 210 };
const FIRST = Date.UTC(2026, 6, 6);

const dayMonth = (offset: number): string => {
  const day = new Date(FIRST + offset * 86_400_000);
  return [day.getUTCDate(), day.getUTCMonth() + 1, day.getUTCFullYear()].map((part) => String(part).padStart(2, "0")).join("/");
};

/** As tills export it: dd/mm, £, a total, and units under a name that says nothing. Soup falls on the last three days. */
function messy(units: string, days = DAYS): string {
  let drawn = 7;
  const draw = (): number => (drawn = (drawn * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5;
  const rows = [`Trading Date,Shop,Area,Category,${units},Price`];
  for (let offset = 0; offset < days; offset += 1) {
    for (let shop = 1; shop <= 6; shop += 1) {
      for (const [name, usual] of Object.entries(GOODS)) {
        const falls = name === "soup" && offset >= days - 3 ? 0.6 : 1;
        rows.push(`${dayMonth(offset)},shop ${shop},${shop % 2 ? "North" : "South"},${name},${Math.round(usual * falls * (1 + draw() * 0.12))},£1.50`);
      }
    }
  }
  return [...rows, `${dayMonth(days - 1)},TOTAL,,,99999999,`, ""].join("\n");
}

/** As a hand does it: the files are over the page, and let go. */
async function dropOnto(page: Page, name: string, content: string): Promise<void> {
  const files = await page.evaluateHandle(
    ([called, text]) => {
      const carried = new DataTransfer();
      carried.items.add(new File([text ?? ""], called ?? "", { type: "text/csv" }));
      return carried;
    },
    [name, content],
  );
  await page.getByRole("region", { name: "Drop files" }).dispatchEvent("drop", { dataTransfer: files });
}

async function clean(page: Page): Promise<void> {
  await expect(page.locator("h1")).not.toHaveCount(0);
  await expect(page.locator(".skeleton")).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wider).toBeLessThanOrEqual(0);
}

test("a messy export is dropped, what is left out is said, one column is mapped, and sensing finds the fall", async ({ page, server }) => {
  await page.goto("/data");
  await expect(page.getByText("No files dropped yet")).toBeVisible();
  await dropOnto(page, "sales.csv", messy("Gone"));
  await expect(page.getByText("Taken: sales.csv.")).toBeVisible();
  await expect(page.locator("#check").getByRole("alert")).toContainText(/Refused: .*units/);
  await expect(page.locator("#sensing")).toHaveCount(0);

  await page.getByRole("combobox", { name: /^Gone/ }).selectOption("units");
  await page.getByRole("button", { name: "Save and check again" }).click();
  await expect(page.getByText("These sales can be sensed.")).toBeVisible();
  const check = page.locator("#check");
  await expect(check).toContainText("1 row, 99,999,999 units, left out");
  await expect(check).toContainText(/sales\.csv, line 3362/);
  await expect(check).toContainText(/day first|dd\/mm|day comes first/i);
  await expect(page.getByRole("combobox", { name: /^Gone/ })).toHaveValue("units");

  await page.getByRole("button", { name: "Start sensing" }).click();
  await expect(page.getByRole("list", { name: "What sensing found" })).toContainText("Soup sales down");
  await expect(page.locator("#sensing")).toContainText("Real: sales.");
  await expect(page.locator("#sensing code")).toHaveText("tescosense serve --source files:my-shop");
  expect(await server.campaigns()).toEqual([]);
  await clean(page);
});

test("it is worked by keyboard alone, and on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/data?folder=my-shop");
  await clean(page);
  await page.getByRole("textbox", { name: "Into the folder" }).fill("By hand");
  await expect(page.getByText(/make a folder’s name/)).toBeVisible();
  await page.getByRole("textbox", { name: "Into the folder" }).fill("by-hand");
  await page.keyboard.press("Tab");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles([
    { name: "sales.csv", mimeType: "text/csv", buffer: Buffer.from(messy("Units")) },
    { name: "notes.docx", mimeType: "application/msword", buffer: Buffer.from("no table") },
  ]);
  await expect(page.getByRole("region", { name: "Drop files" }).getByRole("alert")).toContainText("'notes.docx' is no table that is read");
  await page.getByRole("combobox", { name: "Folder" }).selectOption("by-hand");
  await expect(page.getByText("These sales can be sensed.")).toBeVisible();
  await page.getByRole("button", { name: "Start sensing" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "What sensing found" })).toContainText("Soup sales down");
  await clean(page);
  await page.getByRole("button", { name: "Take sales.csv out" }).click();
  await expect(page.locator("#files")).toContainText("None.");
});

test("where files are served, every page says what is real, which day it is and what stands in the way", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "tescosense-shop-"));
  writeFileSync(join(folder, "sales.csv"), messy("Units"));
  const server = await Server.open({
    TESCOSENSE_SOURCE: `files:${folder}`, TESCOSENSE_FILES_LOOK_SECONDS: "0.2", TESCOSENSE_DECISION_GRACE_SECONDS: "0",
  });
  try {
    await page.goto(server.url);
    await expect(page.getByText("Sales to Sun 25 Oct 2026; waiting for the next day")).toBeVisible();
    await expect(page.getByText("Simulated: ads, how shoppers answer to ads.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Trigger scenario" })).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Move one day on" })).toHaveCount(0);
    for (const path of ["/", "/campaigns", "/approvals", "/signals", "/steps", "/learning", "/prompts", "/data"]) {
      await page.goto(`${server.url}${path}`);
      await expect(page.locator('[data-connection="live"]')).toBeVisible();
      await expect(page.getByText("Real sales, simulated ads").first()).toBeVisible();
      await clean(page);
      expect(await page.locator("body").innerText()).not.toMatch(/\b(world|today|scenario)\b/i);
    }
    await expect(page.locator("#served")).toContainText("Sales to Sun 25 Oct 2026. Real: sales.");
    await page.goto(`${server.url}/approvals`);
    await expect(page.getByRole("heading", { name: /^Soup for / })).toBeVisible();
    await expect(page.locator("article header").first()).toContainText("Soup sales down");
    await expect(page.getByText("Decide before the sales of Mon 26 Oct come in")).toBeVisible();

    const { items } = await (await page.request.get(`${server.url}/campaigns?limit=1`)).json() as { items: { id: string }[] };
    const begun = await page.request.post(`${server.url}/campaigns/${items[0]!.id}/forks`, { data: { at: "strategy" } });
    const { fork_id: fork } = await begun.json() as { fork_id: string };
    for (const path of [`/campaigns?id=${fork}`, `/steps?campaign=${fork}`]) {
      await page.goto(`${server.url}${path}`);
      await expect(page.getByText("This never happened.")).toBeVisible();
    }
    await expect(page.locator("section[aria-labelledby=followed] header")).toContainText("Simulated");
    await page.goto(`${server.url}/campaigns?id=${fork}`);
    await expect(page.locator("article > header")).toContainText("Real sales, simulated flight");

    writeFileSync(join(folder, "sales-next.csv"), "Trading Date,Shop,Area,Category,Units,Price\nno day,shop 1,North,soup,3,1.5\n");
    const banner = page.getByRole("alert").filter({ hasText: "No new day is taken up" });
    await expect(banner).toContainText("sales-next.csv, line 2");
    await expect(page.getByText("no new day is taken up", { exact: false }).first()).toBeVisible();
    rmSync(join(folder, "sales-next.csv"));
    writeFileSync(join(folder, "sales.csv"), messy("Units", DAYS + 1));
    await expect(banner).toHaveCount(0);
    await expect(page.getByText("Sales to Mon 26 Oct 2026; waiting for the next day")).toBeVisible();
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a scenario is composed: which, of what, and where", async ({ page, server }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Trigger scenario" }).click();
  await page.getByRole("menuitem", { name: /Compose one/ }).filter({ visible: true }).click();
  const form = page.getByRole("dialog", { name: "Compose a scenario" });
  await form.getByRole("combobox", { name: "What happens" }).selectOption("heatwave");
  await expect(form.getByRole("combobox", { name: "Category" })).toBeDisabled();
  await form.getByRole("combobox", { name: "What happens" }).selectOption("competitor-promotion");
  await form.getByRole("combobox", { name: "Category" }).selectOption("cheese");
  await form.getByRole("checkbox", { name: "Wales" }).check();
  await form.getByRole("checkbox", { name: "Scotland" }).check();
  const triggered = page.waitForResponse("**/simulation/trigger");
  await form.getByRole("button", { name: "Let it happen" }).click();
  const { scenario } = (await (await triggered).json()) as { scenario: { name: string; category: string; regions: string[] } };
  expect([scenario.name, scenario.category, scenario.regions]).toEqual(["competitor-promotion", "cheese", ["Wales", "Scotland"]]);
  await server.atRest();
});
