/** What a media manager reads on the page Learning, and takes back there. */

import { expect, test } from "./support/test";

test.beforeAll(async ({ server }) => {
  await server.trigger("heavy-rain");
  const soup = await server.campaignOf("soup");
  await server.decide(soup.id, { decision: "approve" });
  await server.step(9);
});

test("curves are read by keyboard, a budget is worked out, and a lesson is taken back with what that changes", async ({ page, server }) => {
  await server.campaignOf("soup", "COMPLETED");
  await page.goto("/learning");
  const search = page.getByRole("slider", { name: /^Sponsored search: incremental sales by spend, with 80% interval/ });
  const furthest = await search.getAttribute("aria-valuetext");
  expect(furthest).toMatch(/^£[\d,]+ spent sell £[\d,]+, 80% interval £[\d,]+ to £[\d,]+$/);
  await search.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(search).not.toHaveAttribute("aria-valuetext", furthest ?? "");

  await page.getByLabel("Another budget, £").fill("750");
  await page.getByRole("button", { name: "Work it out" }).click();
  const budgets = page.getByRole("region", { name: "Profit to expect of each budget" });
  await expect(budgets.getByRole("rowheader").first()).toHaveText("£750");
  await expect(page.locator("#experiment").getByRole("slider")).toHaveAttribute("aria-valuetext", /80% interval/);
  await expect(page.locator("#calibration")).toContainText("agree with their prediction");
  await page.locator("#curves").getByText("The figures as a table").first().click();
  await expect(page.locator("#curves").getByRole("table").first()).toBeVisible();

  const lessons = page.locator("#lessons");
  await lessons.getByRole("button", { name: "Withdraw" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Withdraw this lesson?" });
  await expect(dialog).toContainText("Without it 0 lessons are left.");
  await expect(dialog.getByRole("row", { name: /^Email/ })).toContainText("5.0%");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await expect(lessons.getByText("Withdrawn")).toHaveCount(0);

  await lessons.getByRole("button", { name: "Withdraw" }).first().click();
  await dialog.getByRole("button", { name: "Withdraw the lesson" }).click();
  await expect(dialog).toBeHidden();
  await expect(lessons.getByText("Withdrawn")).toBeVisible();
  await expect(page.locator("#curves")).toContainText("not tried yet: the start value");
});
