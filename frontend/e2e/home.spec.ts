import { expect, type Page, test } from "./support/test";

const part = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function home(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.locator('[data-connection="live"]')).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

test("an empty day says what each part will hold", async ({ page }) => {
  await home(page);
  await expect(part(page, "Needs a decision")).toContainText("Nothing waits for you.");
  await expect(part(page, "Flights")).toContainText("none are planned");
  await expect(part(page, "Pacing")).toContainText("No flight runs.");
  await expect(part(page, "Finished, and what it taught")).toContainText("Nothing has finished yet.");
});

test("a proposal, its flight, its pace and its lesson are each told on Home when they are due", async ({ page, server }) => {
  await server.trigger("heavy-rain");
  const soup = await server.campaignOf("soup", "AWAITING_APPROVAL");
  const { items } = await server.get<{ items: { campaign: { id: string }; budget: number; predicted_roi: number }[] }>("/decisions");
  const asked = items.find((one) => one.campaign.id === soup.id);
  await home(page);
  const proposal = part(page, "Needs a decision").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(proposal).toContainText(`£${Math.round(asked?.budget ?? 0).toLocaleString("en-GB")}`);
  await expect(proposal).toContainText(`ROI ${(asked?.predicted_roi ?? 0) < 0 ? "−" : "+"}${Math.abs(asked?.predicted_roi ?? 0).toFixed(2)}`);
  await expect(proposal).toContainText(/by \d+ \w{3}/);
  await expect(part(page, "Flights").getByRole("link", { name: /^Soup: Needs approval/ })).toHaveCount(1);
  await proposal.getByRole("link").click();
  await page.getByRole("button", { name: /^Approve £/ }).click();
  await expect(page.getByText("Approved.", { exact: true })).toBeVisible();
  await server.atRest();

  await server.step(3);
  await home(page);
  await expect(part(page, "Flights").getByRole("link", { name: /^Soup: In flight/ })).toHaveCount(1);
  const paced = part(page, "Pacing").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(paced).toContainText(/£\d+ of £\d+ planned to \d+ \w{3}/);
  await expect(paced).toContainText(/£\d+ of £[\d,]+ at the end/);

  await server.step(6);
  await expect(part(page, "Pacing").getByRole("listitem").filter({ hasText: "Soup" })).toHaveCount(0);
  const ended = part(page, "Finished, and what it taught").getByRole("listitem").filter({ hasText: "Soup" });
  await expect(ended).toContainText(/ROI [+−]?\d+\.\d\d measured, [+−]?\d+\.\d\d predicted/);
  await expect(ended).toContainText("Completed");
});

test("what no ad mends is told on Home with its reason", async ({ page, server }) => {
  await server.trigger("stock-out");
  await home(page);
  await expect(part(page, "Seen, not proposed").getByRole("listitem").first()).toContainText(/Not proposed, because \w/);
});

test("an address of a campaign's steps that was kept from before leads to them", async ({ page, server }) => {
  const [campaign] = await server.campaigns();
  await page.goto(`/?campaign=${campaign?.id}`);
  await expect(page).toHaveURL(`/steps?campaign=${campaign?.id}`);
});
