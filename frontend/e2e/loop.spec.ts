import { Server } from "./support/server";
import { expect, test, watchShifts } from "./support/test";

test("a heavy-rain campaign is watched from trigger to lesson", async ({ page, server }) => {
  await page.goto("/steps");
  await expect(page.getByText("No campaign yet")).toHaveCount(1);
  await expect(page.getByText("No campaign yet")).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);

  const shifted = await watchShifts(page);
  const graph = page.getByRole("group", { name: "Campaign graph" }).filter({ visible: true });
  await server.trigger("heavy-rain");
  await expect(graph.locator("[data-node=approval]")).toHaveAttribute("data-outcome", "parked");
  await expect(page.locator("[data-campaign]").filter({ hasText: "Soup" })).toBeVisible();
  expect(await shifted()).toBeLessThan(0.01);
  await page.locator("[data-campaign]").filter({ hasText: "Soup" }).click();
  await expect(graph.locator("[data-node=approval]")).toHaveAttribute("data-outcome", "parked");
  await expect(graph.locator("[data-node=approval]")).toHaveAttribute("data-active", "true");
  for (const edge of ["sensing>strategy", "strategy>creative", "creative>compliance", "compliance>approval"]) {
    await expect(graph.locator(`[data-edge="${edge}"]`)).toHaveAttribute("data-taken", "1");
  }
  await expect(graph.locator('[data-edge="approval>booking"]')).toHaveAttribute("data-taken", "0");

  const asked = page.locator("[data-panel=approval]").getByRole("region", { name: "What it asks" });
  await expect(asked).toContainText(/May £[\d,]+ be spent on soup\?/);
  await expect(asked).toContainText(/Before \w+ \d+ \w+, when the flight begins/);
  await expect(asked.getByRole("link", { name: "Decide now" })).toBeVisible();

  await graph.locator("[data-node=creative]").click();
  const panel = page.locator("[data-panel=creative]");
  await panel.getByRole("tab", { name: /Prompts/ }).click();
  await expect(panel.getByTitle("Hash of the prompt").first()).toHaveText(/^[0-9a-f]{12}$/);
  await panel.getByText("Rendered prompt").first().click();
  await expect(panel.getByLabel(/Rendered prompt creative/).first()).toContainText("soup");

  await page.getByRole("link", { name: "Decide now" }).first().click();
  await page.getByRole("button", { name: /^Approve £/ }).click();
  await page.getByRole("link", { name: "Watch its steps" }).click();
  await expect(graph.locator("[data-node=measurement]")).toHaveAttribute("data-outcome", "parked");
  await expect(page.locator("[data-panel=measurement]")).toContainText("waits for the flight to be delivered");

  const moved = await watchShifts(page);
  await server.step(9);
  await expect(graph.locator("[data-node=learning]")).toHaveAttribute("data-outcome", "done");
  expect(await moved()).toBeLessThan(0.01);
  await expect(graph.locator("[data-node=learning]")).toContainText("ended here");
  const approval = page.locator("[data-step-node=approval]");
  await expect(approval).toHaveCount(1);
  await expect(approval.locator("[data-attempt]")).toHaveCount(2);
  await expect(approval).toContainText(/waited \d+ m?s/);
  await expect(page.locator("[data-scale]")).toHaveText(/^[\d.]+ m?s$/);
  await page.locator("[data-step-node=learning]").click();
  await expect(page.locator("[data-panel=learning]")).toContainText("Completed");

  await page.getByRole("tab", { name: "States" }).click();
  const past = page.locator("[data-past]");
  await expect(past.getByRole("row").filter({ hasText: "answered: approved by" })).toContainText("Compliance led there");
  await past.getByRole("radio", { name: "from the state after Approval" }).check();
  await past.getByRole("radio", { name: "to the state after Booking" }).check();
  await expect(page.locator("[data-between]").getByRole("row", { name: /^booked – £/ })).toBeVisible();

  await page.getByRole("link", { name: "Open the campaign" }).click();
  await expect(page.getByRole("heading", { name: "The lesson" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "What it sold, against what was predicted" })).toBeVisible();
  await expect(page.getByText("platform’s claim").first()).toBeVisible();

  const future = page.locator("#another-future");
  await future.getByLabel(/What if its plan had spent/).fill("1500");
  await future.getByRole("button", { name: "Try it" }).click();
  await expect(future.getByRole("row", { name: /^plan's budget £[\d,.]+ £1,500\.00$/ })).toBeVisible();
  await expect(future).toContainText("nothing is booked, and nobody learns from it");

  // From its own side it is told from what happened, wherever it is looked at.
  const headline = await page.getByRole("article").getByText(/boost .* ads\.$/).first().innerText();
  await page.goto(`/steps?campaign=${new URL(page.url()).searchParams.get("id")}`);
  await page.getByRole("tab", { name: "States" }).click();
  await page.getByRole("link", { name: "Another future" }).first().click();
  await expect(page.getByText("This never happened.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(headline);
  await expect(page.locator("[data-node=sensing]").filter({ visible: true })).toContainText("Not run here");
  await page.getByRole("link", { name: "Open the campaign" }).click();
  await expect(page.locator("[data-fork]")).toContainText(": the plan spends £1,500.00. Simulated from there on");
  await expect(future.getByRole("row", { name: /^plan's budget £[\d,.]+ £1,500\.00$/ })).toBeVisible();
  await expect(future.getByLabel(/What if its plan had spent/)).toHaveCount(0);
});

test("a booking the ad platform throttled at first shows both attempts, and what went wrong in the first", async ({ page, server }) => {
  await server.command("run", "heavy-rain", "--fault", "platform-throttle*1");
  const { id } = await server.campaignOf("soup", "COMPLETED");
  await page.goto(`/steps?campaign=${id}`);
  const graph = page.getByRole("group", { name: "Campaign graph" }).filter({ visible: true });
  await expect(graph.locator("[data-node=booking]")).toHaveAttribute("data-outcome", "done");
  await expect(graph.locator("[data-node=booking]")).toContainText("2 attempts");

  const booking = page.locator("[data-step-node=booking]");
  await expect(booking.locator("[data-attempt]")).toHaveCount(2);
  await expect(booking.locator("[data-attempt='1']")).toHaveAttribute("data-outcome", "failed");
  await expect(booking.locator("[data-attempt='2']")).toHaveAttribute("data-outcome", "done");

  await booking.click();
  const why = page.locator("[data-panel=booking]").getByRole("region", { name: "Why it ran" });
  await expect(why).toContainText("Approval led here, by the branch to booking");
  await expect(why.getByTitle("branch:to:booking")).toBeVisible();
  await expect(why).toContainText("1 failed: The ad platform is throttling requests: wait a moment and try again.");
  await expect(why).toContainText("Not from the cache");
});

test("a scenario is triggered where the empty page says so, and from the bar by keyboard", async ({ browser }) => {
  const empty = await Server.open();
  const page = await browser.newPage({ baseURL: empty.url });
  await page.goto("/steps");
  await page.getByRole("button", { name: "Trigger a scenario" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Trigger a scenario" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Heatwave" }).filter({ visible: true })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Heavy rain" }).filter({ visible: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Campaigns started" })).toContainText(/\d+ campaigns? started/);
  await expect(page.locator("[aria-live=polite]").filter({ hasText: /^\d+ campaigns? started\.$/ })).toHaveCount(1);
  await expect(page.locator("[data-campaign]").filter({ hasText: "Soup" })).toHaveAttribute("aria-current", "true");
  await page.locator("[data-campaign]").filter({ hasText: "Soup" }).click();
  await expect(page.getByRole("button", { name: "Follow what moves" })).toBeVisible();
  await page.getByRole("tab", { name: "Campaigns together" }).click();
  await expect(page.locator("[data-together]").first()).toBeVisible();
  await page.getByRole("button", { name: "Trigger scenario" }).click();
  await page.getByRole("menuitem", { name: "Viral trend" }).filter({ visible: true }).click();
  await page.getByRole("dialog", { name: "Move on undecided?" }).getByRole("button", { name: "Let them lapse" }).click();
  await expect(page.getByText("follows what moves")).toBeVisible();
  await expect(page.locator("[data-together]").filter({ hasText: /Soup.*Lapsed/ }).locator("[data-pause=answer]")).toHaveCount(1);
  await page.close();
  await empty.close();
});

test("while the day waits for a decision, the world's clock says so", async ({ page }) => {
  await page.route("**/simulation/clock", async (route) => {
    const answer = await route.fetch();
    const clock = { ...((await answer.json()) as object), running: true, is_held: true, next_day_in: 95, hold: { campaign_ids: [], until: "2026-11-23T09:00:00Z" } };
    await route.fulfill({ response: answer, json: clock });
  });
  await page.goto("/");
  await expect(page.getByRole("link", { name: /Held for a decision 1:\d\d/ })).toHaveAttribute("href", "/approvals");
  // The page asks again every few seconds: what is on its way when the page closes has nobody left to answer.
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("the clock, the kill switch and its confirmation are where they are looked for", async ({ page, server }) => {
  await page.goto("/");
  const before = (await server.get<{ today: string }>("/simulation/clock")).today;
  await expect(page.getByText("Simulated world, lifelike")).toBeVisible();
  await page.getByRole("button", { name: "Move one day on" }).click();
  await expect.poll(async () => (await server.get<{ today: string }>("/simulation/clock")).today).not.toBe(before);

  await page.getByRole("button", { name: "Stop booking" }).click();
  await page.mouse.click(5, 5);
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("button", { name: "Stop booking" }).click();
  await page.getByLabel("Reason").fill("Prices are wrong");
  await page.getByRole("button", { name: "Stop all booking" }).click();
  await expect(page.getByText("All booking is stopped.")).toBeVisible();
  expect(await server.get("/kill-switch")).toMatchObject({ stopped: true, reason: "Prices are wrong" });
  await page.getByRole("button", { name: "Resume booking" }).click();
  await page.getByLabel("Reason").fill("Prices are right again");
  await page.getByRole("dialog").getByRole("button", { name: "Resume booking" }).click();
  await expect(page.getByText("All booking is stopped.")).toBeHidden();
});
