import { expect, test } from "./support/test";

interface Clock { today: string }
interface Lapses { told: string; campaign_ids: string[] }

test("a step that would end proposals asks first; who decides loses none, who moves on finds them lapsed", async ({ page, server }) => {
  await server.trigger("heavy-rain");
  const { told, campaign_ids } = await server.get<Lapses>("/simulation/lapses");
  expect(told).toMatch(/^\d+ proposals?, £[\d,]+, will lapse$/);
  const { today } = await server.get<Clock>("/simulation/clock");
  await page.goto("/campaigns");
  await page.getByRole("button", { name: "Move one day on" }).filter({ visible: true }).click();
  const asking = page.getByRole("dialog", { name: "Move on undecided?" });
  await expect(asking).toContainText(told);
  await asking.getByRole("link", { name: "Decide first" }).click();
  await expect(asking).toBeHidden();
  expect((await server.get<Clock>("/simulation/clock")).today).toBe(today);
  await expect(page.getByRole("heading", { name: "Waiting for you" })).toContainText(String(campaign_ids.length));

  await page.getByRole("button", { name: "Trigger scenario" }).filter({ visible: true }).click();
  await page.getByRole("menuitem", { name: "Stock out" }).filter({ visible: true }).click();
  await expect(asking).toContainText(told);
  await page.keyboard.press("Escape");
  expect((await server.get<Clock>("/simulation/clock")).today).toBe(today);

  await page.getByRole("button", { name: "Move one day on" }).filter({ visible: true }).click();
  await asking.getByRole("button", { name: "Let them lapse" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Lapsed." })).toContainText("Nobody decided before the flight began on");
  await page.goto("/campaigns?status=unspent");
  await expect(page.getByRole("row").filter({ hasText: "Lapsed" })).toHaveCount(campaign_ids.length);
});

test("a campaign whose record is torn is named above the others, and is not gone without a word", async ({ page, server }) => {
  const [torn, whole] = await server.campaigns();
  await server.damage(torn!.id, "budget");
  await page.goto("/campaigns");
  const told = page.getByRole("alert").filter({ hasText: "cannot be read" });
  await expect(told).toContainText("One campaign cannot be read and is not in the table.");
  await expect(told).toContainText(torn!.id);
  await expect(page.getByRole("table").locator(`a[href*="${torn!.id}"]`)).toHaveCount(0);
  if (whole) await expect(page.getByRole("table").locator(`a[href*="${whole.id}"]`).first()).toBeVisible();
  await page.goto(`/campaigns?id=${torn!.id}`);
  await expect(page.getByRole("alert").filter({ hasText: torn!.id }).first()).toBeVisible();
});
