/** A prompt designer's work, from an edit to the campaigns that are written with it and back, on a folder of prompts of the test's own. */

import AxeBuilder from "@axe-core/playwright";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { components } from "../generated/api";
import { Server } from "./support/server";
import { expect, type Page, test as base, watchShifts } from "./support/test";

type Schemas = components["schemas"];

const SHIPPED = fileURLToPath(new URL("../../prompts", import.meta.url));
const NAME = "creative/ad_copy";
const KINDS = [".prompty", ".md", ".yaml"];
/** Where a campaign is given another release: a category that has had none lately, and one alone. */
const [BEFORE, AFTER] = ["heavy-rain", "viral-trend"];
/** Each is asked with again by every tab and by the release; what all nine come to is no matter of the page. */
const CASES = ["sponsored search", "onsite display", "email"];

const folder = { path: "" };
const fileOf = (name: string): string => join(folder.path, `${name}.prompty`);

function withFewCases(source: string): string {
  const [head = "", rest = ""] = source.split(/^tests:\n/m);
  const [cases = "", body = ""] = rest.split(/^---\n/m);
  const kept = cases.split(/^(?= {2}- description: )/m).filter((one) => CASES.some((name) => one.startsWith(`  - description: ${name}\n`)));
  return `${head}tests:\n${kept.join("")}---\n${body}`;
}

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      folder.path = mkdtempSync(join(tmpdir(), "tescosense-prompts-"));
      cpSync(SHIPPED, folder.path, { recursive: true, filter: (path) => statSync(path).isDirectory() || KINDS.includes(extname(path)) });
      writeFileSync(fileOf(NAME), withFewCases(readFileSync(fileOf(NAME), "utf8")));
      const server = await Server.open({ TESCOSENSE_PROMPTS_DIR: folder.path });
      await use(server);
      await server.close();
      rmSync(folder.path, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

const source = (page: Page) => page.getByRole("textbox", { name: `Source of ${NAME}.prompty` });
const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true });
const production = (page: Page) => page.locator('[data-label="production"]');

async function opened(page: Page, query = ""): Promise<void> {
  await page.goto(`/prompts?prompt=${NAME}${query}`);
  await expect(page.locator('[data-editor="ready"]')).toBeVisible();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
}

/** Before the first word of the text itself. */
async function atTheText(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Parts of the file" }).getByRole("button", { name: "Text" }).click();
  await expect(source(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
}

async function expectNoViolations(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html}`)).toEqual([]);
}

/** With which texts the ads of new campaigns are written after a scenario. */
async function hashesAfter(server: Server, scenario: string): Promise<string[]> {
  const known = (await server.campaigns()).map(({ id }) => id);
  await server.trigger(scenario);
  const fresh = (await server.campaigns()).filter(({ id }) => !known.includes(id));
  const details = await Promise.all(fresh.map(({ id }) => server.get<Schemas["CampaignDetail"]>(`/campaigns/${id}`)));
  return [...new Set(details.flatMap(({ creatives }) => creatives.map((creative) => creative.prompt_hash)))];
}

test("an edit is checked, tried, released to campaigns and taken back", async ({ page, server }) => {
  const { production: [released] } = await server.get<Schemas["PromptText"]>(`/prompts/${NAME}`);
  const [old, version] = [released?.hash ?? "", released?.version ?? 0];
  await opened(page);
  await expect(page.locator("[data-preview]")).toHaveAttribute("data-preview", old);

  await atTheText(page);
  const shifted = await watchShifts(page);
  await page.keyboard.type("About {{ product_nam }}. ");
  await expect(page.locator("#findings")).toContainText("product_nam");
  await expect(page.locator("#findings code")).toHaveText("unknown-input");
  await expect(page.locator(".cm-gutter-lint .cm-lint-marker-error")).toHaveCount(1);
  await expect(page.getByText("which has to be mended first")).toBeVisible();
  expect(await shifted()).toBeLessThan(0.01);
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Discard" }).click();
  await atTheText(page);
  await page.keyboard.type("About {{ product_name }}. ");
  await expect(page.locator("#findings")).toHaveAttribute("data-findings", "0");
  await expect(page.locator('[data-role="system"]')).toContainText("About Tomato & Basil Soup 600g. You write ads");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator("[data-draft]")).toHaveAttribute("data-draft", "saved");
  expect(readFileSync(fileOf(NAME), "utf8")).toContain("About {{ product_name }}. You write ads");
  const hash = await page.locator("[data-preview]").getAttribute("data-preview") ?? "";
  expect(hash).not.toBe(old);

  expect(await hashesAfter(server, BEFORE)).toEqual([old]);

  await page.getByText(/^Values/).click();
  await page.getByLabel(/^Product name/).fill("Leek Soup 400g");
  await expect(page.locator('[data-role="system"]')).toContainText("About Leek Soup 400g.");
  const soup = await server.campaignOf("soup");
  await page.getByLabel("Filled in with").selectOption(`campaign:${soup.id}`);
  await expect(page.locator("[data-preview]")).toHaveAttribute("data-preview", hash);
  await expect(page.locator('[data-role="system"]')).not.toContainText("Leek");
  await tab(page, "Run").click();
  await page.getByRole("button", { name: "Ask the model" }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer).toHaveAttribute("data-ran", hash);
  await expect(answer.locator('[data-answer="headline"]')).toContainText(/\d+ of \d+ characters/);
  await expect(answer.locator("[data-verdict]")).toHaveAttribute("data-verdict", "pass");
  await expect(answer).toContainText("Mock");

  await tab(page, "Cases").click();
  await page.getByRole("button", { name: "Run onsite display" }).click();
  await expect(page.locator("[data-counts]")).toContainText("1 passed, 0 failed");
  await page.getByRole("button", { name: /^Run all/ }).click();
  await expect(page.locator("[data-counts]")).toContainText(/3 passed, 0 failed.*assertions? skipped.*Mock/);

  await tab(page, "Compare").click();
  await expect(page.getByRole("region", { name: "What was reworded" })).toContainText("+About {{ product_name }}. You write ads");
  await expect(page.locator("[data-compared]")).toHaveAttribute("data-compared", `${old} ${hash}`);
  await page.getByRole("button", { name: "Ask with every case" }).click();
  await expect(page.locator("[data-pair]")).toHaveCount(CASES.length);

  await tab(page, "Releases").click();
  await expect(page).toHaveURL(/tab=releases/);
  await page.getByRole("button", { name: "Release the working copy" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.locator("[data-consequence]")).toContainText("every new campaign is given it");
  await expectNoViolations(page);
  await dialog.getByLabel("Reason").fill("It names the product first.");
  await dialog.getByRole("button", { name: "Release" }).click();
  await expect(production(page)).toContainText(hash);
  await expect(production(page)).toContainText("100% of new campaigns");
  await expect(page.locator('[data-entry="promote"]').first()).toContainText("It names the product first.");

  expect(await hashesAfter(server, AFTER)).toEqual([hash]);
  await tab(page, "Outcome").click();
  await expect(page.locator(`[data-release="${hash}"]`)).toContainText(/[1-9]\d* campaigns?/);
  await expectNoViolations(page);

  await tab(page, "Releases").click();
  await page.getByRole("button", { name: "Roll back" }).click();
  await expect(dialog.locator("[data-consequence]")).toContainText(`Every new campaign is given version ${version} at once`);
  await expectNoViolations(page);
  await dialog.getByLabel("Reason").fill("It reads like a label.");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(production(page)).toContainText(old);
  const now = await server.get<Schemas["PromptText"]>(`/prompts/${NAME}`);
  expect(now.production.map((pointer) => pointer.hash)).toEqual([old]);
  expect(now.history.at(-1)?.why).toBe("It reads like a label.");
});

test("what somebody else has saved is not written over unseen, and an edit outlives its page", async ({ page }) => {
  await opened(page);
  await atTheText(page);
  await page.keyboard.type("Mine. ");
  await expect(page.locator('[data-draft="edited"]')).toBeVisible();
  await page.getByRole("link", { name: "Signals" }).first().click();
  await expect(page).toHaveURL(/signals/);
  await page.goBack();
  await expect(page.locator('[data-editor="ready"]')).toBeVisible();
  await expect(page.locator('[data-draft="edited"]')).toBeVisible();

  appendFileSync(fileOf(NAME), "Theirs.\n");
  await expect(page.locator("[data-overtaken]"), "told before anything is saved").toContainText("Nothing of yours is lost");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  expect(readFileSync(fileOf(NAME), "utf8")).not.toContain("Mine.");
  await page.getByRole("button", { name: "See theirs" }).click();
  await expect(page.getByRole("dialog")).toContainText("Theirs.");
  await expectNoViolations(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.locator('[data-draft="saved"]')).toBeVisible();
  const saved = readFileSync(fileOf(NAME), "utf8");
  expect(saved).toContain("Mine. ");
  expect(saved).not.toContain("Theirs.");

  await atTheText(page);
  await page.keyboard.type("More. ");
  rmSync(fileOf(NAME));
  await expect(page.locator("[data-gone]")).toContainText("Nothing of yours is lost");
  await page.getByRole("button", { name: "Save it as a new file" }).click();
  await expect(page.locator('[data-draft="saved"]')).toBeVisible();
  expect(readFileSync(fileOf(NAME), "utf8")).toContain("Mine. ");
});

test("a text that prompts share is edited where it is brought in, and changes each of them", async ({ page }) => {
  const [style, brief] = ["partials/house_style.md", "strategy/brief"];
  const shared = page.getByRole("textbox", { name: `Source of ${style}` });
  const before = readFileSync(join(folder.path, style), "utf8");
  await opened(page);
  await atTheText(page);
  await page.keyboard.type("Unsaved. ");
  await page.getByRole("navigation", { name: "Parts of the file" }).getByRole("button", { name: "house_style.md" }).click();
  await expect(page.locator("[data-used-by]")).toContainText(`An edit changes 2 prompts: ${NAME} and ${brief}`);
  await expect(page.locator('[data-editor="ready"]')).toBeVisible();
  await shared.press("ControlOrMeta+Home");
  await page.keyboard.type("Say {{ nothing }}.\n");
  await expect(page.locator("#findings")).toContainText("a partial is plain text");
  await expect(page.locator(".cm-gutter-lint .cm-lint-marker-error")).toHaveCount(1);
  await page.getByRole("button", { name: "Discard" }).click();
  await shared.press("ControlOrMeta+Home");
  await page.keyboard.type("---\n");
  await expect(page.locator("#findings"), "what only the prompts can tell").toContainText(`${brief}.prompty`);
  await page.getByRole("button", { name: "Discard" }).click();
  await shared.press("ControlOrMeta+Home");
  await page.keyboard.type("Mind the marmalade.\n");
  await expect(page.locator("#findings")).toHaveAttribute("data-findings", "0");
  await expectNoViolations(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator('[data-draft="saved"]')).toBeVisible();
  expect(readFileSync(join(folder.path, style), "utf8")).toBe(`Mind the marmalade.\n${before}`);
  await expect(page.locator('[data-role="system"]')).toContainText("Mind the marmalade.");
  await expect(page.locator(`[data-prompt="${brief}"]`)).toContainText("Edited since version");
  await page.getByRole("button", { name: `Back to ${NAME}.prompty` }).click();
  await expect(page.locator('[data-draft="edited"]'), "what was typed before is as it was").toBeVisible();
  await expect(page.locator('[data-role="system"]')).toContainText("Unsaved. ");
});

test("a prompt of one's own is made, and tried while it is written", async ({ page }) => {
  const own = "demo/label";
  await opened(page);
  await page.getByRole("button", { name: "New prompt" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("no campaign asks with it");
  await expectNoViolations(page);
  await dialog.getByLabel("Name").fill("Demo");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await expect(dialog.getByRole("alert")).toContainText("cannot be a prompt's name");
  await dialog.getByLabel("Name").fill(own);
  await dialog.getByRole("button", { name: "Make it" }).click();
  await expect(page).toHaveURL(/prompt=demo/);
  await expect(page.locator(`[data-prompt="${own}"] [data-note]`)).toHaveAttribute("data-note", "no-node");
  await expect(page.locator("#findings")).toHaveAttribute("data-findings", "0");
  await expect(page.getByText(/No node uses it/)).toBeVisible();

  await tab(page, "Cases").click();
  await page.getByRole("navigation", { name: "Parts of the file" }).getByRole("button", { name: "Cases" }).click();
  await page.keyboard.press("End");
  await page.keyboard.insertText("\n  - description: written just now\n    assert:\n      - type: is-json");
  await page.getByRole("button", { name: "Run written just now" }).click();
  await expect(page.locator('[data-case="written just now"]')).toContainText("Passed");
  await expect(page.locator('[data-draft="edited"]')).toBeVisible();
});

test("an answer stays where its verdict cannot be had, and a list grows by a line", async ({ page }) => {
  await opened(page, "&tab=run");
  await page.getByText(/^Values/).click();
  await page.getByLabel(/^Price/).fill("£2.10 each");
  const list = page.getByLabel(/^Findings/);
  await list.fill("too long");
  await list.press("End");
  await list.press("Enter");
  await list.pressSequentially("too loud");
  await expect(list).toHaveValue("too long\ntoo loud");
  await atTheText(page);
  await page.keyboard.type("Mention the price. ");
  await page.getByRole("button", { name: "Ask the model" }).click();
  const answer = page.getByRole("region", { name: "Answer" });
  await expect(answer.locator('[data-answer="body"]')).toContainText("each");
  await expect(answer.locator("[data-verdict]")).toContainText("There is no verdict: the ad names a sum");
});

test("a broken file is shown as broken, and an address of no prompt says so", async ({ page, server }) => {
  writeFileSync(fileOf("creative/broken"), "---\nname: creative/broken\n---\nuser:\n{{ nobody }}\n");
  await expect.poll(async () => (await server.get<Schemas["PromptList"]>("/prompts")).items.map(({ name }) => name)).toContain("creative/broken");
  await page.goto("/prompts?prompt=creative/broken");
  await expect(page.locator('[data-prompt="creative/broken"]')).toContainText("Broken");
  await expect(page.getByRole("alert").filter({ hasText: "creative/broken.prompty" }).first()).toBeVisible();
  await expect(page.getByRole("list", { name: "To be mended" })).toContainText("nobody");
  await page.goto("/prompts?prompt=creative/nothing");
  await expect(page.getByText("There is no such prompt")).toBeVisible();
});
