import AxeBuilder from "@axe-core/playwright";
import { expect, type Locator, type Page, test as base } from "@playwright/test";
import { Server } from "./support/server";

const KEYS = "Vera:viewer:v-key,Ada Byron:approver:p-key,Grace:approver:g-key,Alex:admin:a-key";
const CHECK = "**/compliance/check";

const test = base.extend<object, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.open({ TESCOSENSE_API_KEYS: KEYS }, "a-key");
      await server.trigger("heavy-rain");
      await use(server);
      await server.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
});

/** The gate of the campaign, with the first ad's fields open. */
async function atTheGate(page: Page, server: Server, key: string): Promise<Locator> {
  const { id } = await server.campaignOf("soup", "AWAITING_APPROVAL");
  await page.goto(`/approvals?id=${id}`);
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByRole("button", { name: "Open the dashboard" }).click();
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await page.getByRole("button", { name: "Edit copy" }).click();
  return page.locator("[data-creative]").first();
}

const verdictOf = (ad: Locator): Locator => ad.locator("[data-verdict]");

test("a line no ad may have is told so before it is sent, a lawful one passes", async ({ page, server }) => {
  const ad = await atTheGate(page, server, "p-key");
  await expect(verdictOf(ad), "nothing is said of words nobody changed").toHaveCount(0);
  await ad.getByLabel("Headline").fill("Soup beats colds and cures flu");
  const verdict = verdictOf(ad);
  await expect(verdict).toHaveAttribute("data-verdict", "fail");
  await expect(verdict.getByRole("status")).toContainText("It may not run:");
  const objection = verdict.getByRole("listitem").filter({ hasText: "No food prevents, treats or cures" });
  for (const said of [": 'colds'", "To pass:", "1169/2011"]) await expect(objection).toContainText(said);
  await expect(verdict.getByText(/^Checked against version \d{4}-\d\d-\d\d/)).toBeVisible();
  expect((await new AxeBuilder({ page }).include("[data-creative]").analyze()).violations).toEqual([]);

  await ad.getByLabel("Headline").fill("Supper for a wet evening");
  await expect(verdict).toHaveAttribute("data-verdict", "pass");
  await expect(verdict.getByRole("status")).toHaveText("Nothing to object: it may run.");
  await expect(verdict.getByRole("listitem")).toHaveCount(0);
});

test("it is asked once the words stand still, and a late answer is never shown", async ({ page, server }) => {
  const ad = await atTheGate(page, server, "v-key");
  const asked: string[] = [];
  await page.route(CHECK, async (route) => {
    const { headline } = route.request().postDataJSON() as { headline: string };
    asked.push(headline);
    // The answer to the unlawful words would come last.
    if (headline.includes("flu")) await new Promise((resolve) => setTimeout(resolve, 3000));
    await route.continue().catch(() => undefined);
  });
  const calledOff = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/compliance/check"));
  await ad.getByLabel("Headline").selectText();
  await ad.getByLabel("Headline").pressSequentially("Soup cures flu", { delay: 20 });
  await expect.poll(() => asked).toEqual(["Soup cures flu"]);
  await ad.getByLabel("Headline").fill("Supper for a wet evening");
  await calledOff;
  await expect(verdictOf(ad)).toHaveAttribute("data-verdict", "pass");
  await page.waitForTimeout(3500);
  await expect(verdictOf(ad)).toHaveAttribute("data-verdict", "pass");
  expect(asked).toEqual(["Soup cures flu", "Supper for a wet evening"]);
});

test("when the rules cannot be asked a quiet line says so, and they can be asked again", async ({ page, server }) => {
  const ad = await atTheGate(page, server, "p-key");
  await page.route(CHECK, (route) => route.abort());
  await ad.getByLabel("Headline").fill("Supper for a wet evening");
  await expect(verdictOf(ad).getByText("The rules could not be asked.")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Approve with edits/ })).toBeEnabled();
  await page.unroute(CHECK);
  await verdictOf(ad).getByRole("button", { name: "Ask again" }).click();
  await expect(verdictOf(ad)).toHaveAttribute("data-verdict", "pass");
});

test("markup and characters that hide are shown as text, and do nothing", async ({ page, server }) => {
  const ad = await atTheGate(page, server, "p-key");
  await ad.getByLabel("Body").fill("<script>window.foreign = true</script> Soup, warm");
  await expect(verdictOf(ad)).toHaveAttribute("data-verdict", "fail");
  await expect(verdictOf(ad).getByRole("listitem").filter({ hasText: "without markup" })).toContainText("<script>");
  await expect(page.locator("[data-verdict] script")).toHaveCount(0);
  expect(await page.evaluate(() => "foreign" in window)).toBe(false);

  await ad.getByLabel("Body").fill("Soup \u202Eneeuq eht rof\u202C, warm");
  await expect(verdictOf(ad).getByRole("listitem").filter({ hasText: "Nothing in an ad is hidden" })).toContainText("U+202E");
  expect(await verdictOf(ad).innerText()).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/);
});

test("referred words are approved by somebody else, as the writer sees", async ({ browser, page, server }) => {
  const ad = await atTheGate(page, server, "p-key");
  await ad.getByLabel("Body").fill("The best soup in town.");
  await expect(verdictOf(ad)).toHaveAttribute("data-verdict", "refer");
  await expect(verdictOf(ad).getByRole("status")).toContainText("Somebody else has to approve this.");
  await page.getByRole("button", { name: "Send for a second approval" }).click();

  const form = page.getByRole("form", { name: "Decision" });
  await expect(form.getByRole("status").filter({ hasText: "words that Ada Byron wrote" })).toBeVisible();
  await expect(form.getByRole("button", { name: /^Approve £/ })).toBeDisabled();
  await expect(page.locator("#said")).toHaveText(
    "The words you wrote are referred by rule claim.superlative: somebody else has to approve them.");
  await expect(form.getByText(/rules passed/), "no green count beside a referral").toHaveCount(0);
  await expect(form.getByText(/\d+ other rules had nothing to object/)).toBeVisible();

  const another = await (await browser.newContext({ baseURL: server.url })).newPage();
  await atTheGate(another, server, "g-key");
  await another.getByRole("button", { name: /^Approve £/ }).click();
  await expect(another.getByText("Approved.", { exact: true })).toBeVisible();
  await another.context().close();
});
