import type { Server } from "./support/server";
import { expect, type Page, test } from "./support/test";

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function home(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

interface Flight { campaign_id: string; charged: number; committed: number; estimate: number; spent: number; planned: number; pace: number }

const pounds = (amount: number, digits = 0): string =>
  amount.toLocaleString("en-GB", { style: "currency", currency: "GBP", minimumFractionDigits: digits, maximumFractionDigits: digits });

/** In the middle of a flight the strip, the table, its totals, the campaign's page, Home and the API tell the same. */
async function expectOneFigure(page: Page, server: Server, id: string): Promise<void> {
  const rows = await server.campaigns();
  const spent = rows.find((row) => row.id === id)?.spent ?? 0;
  const all = rows.reduce((sum, row) => sum + row.spent, 0);
  const { items } = await server.get<{ items: { day: string; spend: number }[] }>(`/campaigns/${id}/delivery`);
  expect(items.reduce((sum, row) => sum + row.spend, 0)).toBeCloseTo(spent, 2);
  const kpis = await server.get<{ spend: number; pace: number }>("/kpis");
  expect(kpis.spend).toBeCloseTo(all, 2);
  expect((await server.get<{ spent: number }>("/campaigns/totals")).spent).toBeCloseTo(all, 2);
  const pacing = await server.get<{ items: Flight[]; pace: number }>("/pacing");
  const flight = pacing.items.find((one) => one.campaign_id === id);
  if (!flight) throw new Error("the flight is not paced");
  expect(kpis.pace).toBe(pacing.pace);
  // Of the newest day a part is told: it counts on neither side.
  const newest = items.map(({ day }) => day).sort().at(-1);
  expect(items.filter(({ day }) => day !== newest).reduce((sum, row) => sum + row.spend, 0)).toBeCloseTo(flight.spent, 2);
  const said = (pace: number): string => (Math.abs(pace - 1) < 0.02 ? "on pace" : `${Math.round(Math.abs(pace - 1) * 100)}% ${pace > 1 ? "ahead" : "behind"}`);

  expect(flight.charged).toBeCloseTo(spent, 2);
  const inWords = `${pounds(flight.charged)} of ${pounds(flight.committed)} spent; heading for ${pounds(flight.estimate)} by `;
  const paced = part(page, "Running flights").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(paced).toContainText(inWords);
  await expect(paced).toContainText(`: ${pounds(flight.spent)} spent, ${pounds(flight.planned)} planned`);
  const strip = page.getByRole("region", { name: "Key figures" });
  await expect(strip).toContainText(said(kpis.pace));
  await page.goto("/campaigns");
  await expect(page.locator("tbody tr").filter({ hasText: "In flight" }).filter({ hasText: "Soup" })).toContainText(pounds(spent));
  await expect(page.locator("tbody tr").filter({ hasText: "In flight" })).toContainText(inWords);
  await expect(page.locator("tfoot")).toContainText(pounds(all));
  await page.goto(`/campaigns?id=${id}`);
  await expect(page.getByRole("region", { name: "What is booked" })).toContainText(inWords);
  await expect(page.getByText(`spent ${pounds(spent, 2)} of`)).toHaveCount(0);
  await expect(page.getByTestId("against-plan")).toContainText(`${pounds(flight.spent, 2)} spent, ${said(flight.pace)}${pounds(flight.planned, 2)} planned`);
  await home(page);
}

/** The bell counts what waits, leads to it, and what has been read stays read. */
async function expectToldOnce(page: Page): Promise<void> {
  const bell = page.getByRole("button", { name: /^Notifications: \d+ unread/ });
  await expect(bell).toBeVisible();
  await bell.click();
  const told = page.getByRole("region", { name: "Notifications" });
  const soup = told.getByRole("link").filter({ hasText: /soup/i });
  await expect(soup).toHaveCount(1);
  await soup.click();
  await expect(page).toHaveURL(/\/approvals\?id=/);
  await expect(told).toBeHidden();
  await home(page);
  await page.getByRole("button", { name: /^Notifications/ }).click();
  await expect(soup).not.toContainText("(unread)");
  const all = told.getByRole("button", { name: "Mark all as read" });
  if (await all.isEnabled()) await all.click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Notifications: none unread" })).toBeVisible();
}

test("an empty day says what each part will hold", async ({ page }) => {
  await home(page);
  await expect(part(page, "Needs a decision")).toContainText("Nothing waits for you.");
  await expect(part(page, "Flights")).toContainText("none are planned");
  await expect(part(page, "Running flights")).toContainText("No flight runs.");
  await expect(part(page, "Finished, and what it taught")).toContainText("Nothing has finished yet.");
});

test("a proposal, its flight, its pace and its lesson are each told on Home when they are due", async ({ page, server }) => {
  await server.trigger("heavy-rain");
  const soup = await server.campaignOf("soup", "AWAITING_APPROVAL");
  const { items } = await server.get<{ items: { campaign: { id: string }; budget: number; predicted_roi: number }[] }>("/decisions");
  const asked = items.find((one) => one.campaign.id === soup.id);
  await home(page);
  await expectToldOnce(page);
  const proposal = part(page, "Needs a decision").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(proposal).toContainText(`£${Math.round(asked?.budget ?? 0).toLocaleString("en-GB")}`);
  await expect(proposal).toContainText(`ROI ${(asked?.predicted_roi ?? 0) < 0 ? "−" : "+"}${Math.abs(asked?.predicted_roi ?? 0).toFixed(2)}`);
  await expect(proposal).toContainText(/by \d+ \w{3}/);
  await expect(part(page, "Flights").getByRole("link", { name: /^Soup for .*: Needs approval/ })).toHaveCount(1);
  await proposal.getByRole("link").click();
  await page.getByRole("button", { name: /^Approve £/ }).click();
  await expect(page.getByText("Approved.", { exact: true })).toBeVisible();
  await server.atRest();

  await server.step(3);
  await home(page);
  await expect(part(page, "Flights").getByRole("link", { name: /^Soup for .*: In flight/ })).toHaveCount(1);
  const paced = part(page, "Running flights").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(paced).toContainText(/To \d+ \w{3}: £\d+ spent, £\d+ planned/);
  await expect(paced).toContainText(/£\d+ of £[\d,]+ spent; heading for £[\d,]+ by \d+ \w{3}/);
  for (const act of ["Pause ads", "Change budget", "Cancel campaign"]) await expect(paced.getByRole("button", { name: act })).toBeInViewport();
  await expectOneFigure(page, server, soup.id);

  await server.step(6);
  await expect(part(page, "Running flights").getByRole("listitem").filter({ hasText: "Soup" })).toHaveCount(0);
  const ended = part(page, "Finished, and what it taught").getByRole("listitem").filter({ hasText: "Soup" }).filter({ hasText: "Completed" });
  await expect(ended).toContainText(/ROI [+−]?\d+\.\d\d measured, [+−]?\d+\.\d\d predicted/);
  await expect(ended).toContainText(/\d+% interval [^:]+; \w/);
  await expect(ended.getByText("measured")).toHaveCount(1);
});

test("what no ad mends is told on Home with its reason", async ({ page, server }) => {
  await server.trigger("stock-out");
  await home(page);
  const seen = part(page, "Seen, not proposed");
  await expect(seen.getByRole("listitem").first()).toContainText(/No ad mends it\. [A-Z]\w/);
  const [told, day] = [await seen.getByRole("listitem").allTextContents(), await seen.getByRole("time").textContent()];
  await seen.getByRole("link").click();
  await expect(page).toHaveURL("/signals");
  await expect(seen.getByRole("time")).toHaveText(day ?? "");
  await expect.poll(async () => (await seen.getByRole("listitem").allTextContents()).slice(0, told.length)).toEqual(told);
});

test("an address of a campaign's steps that was kept from before leads to them", async ({ page, server }) => {
  const [campaign] = await server.campaigns();
  await page.goto(`/?campaign=${campaign?.id}`);
  await expect(page).toHaveURL(`/steps?campaign=${campaign?.id}`);
});
