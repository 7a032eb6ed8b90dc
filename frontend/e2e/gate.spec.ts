import { Server } from "./support/server";
import { expect, test } from "./support/test";

const SCENARIOS = ["heatwave", "heavy-rain", "cold-snap", "viral-trend"];
/** After so many days a category that had a campaign may have another. */
const QUIET_DAYS = 8;

const todayOf = async (server: Server): Promise<string> => (await server.get<{ today: string }>("/simulation/clock")).today;

/** The first day of the campaign's newest plan. */
async function flightOf(server: Server, id: string): Promise<string> {
  const { plans } = await server.get<{ plans: { flight: { start: string } }[] }>(`/campaigns/${id}`);
  return plans.at(-1)?.flight.start ?? "";
}

/** A campaign at the gate that can still be approved; scenarios are let happen until there is one. */
async function waiting(server: Server): Promise<{ id: string }> {
  for (const scenario of SCENARIOS) {
    const today = await todayOf(server);
    for (const found of (await server.campaigns()).filter((campaign) => campaign.status === "AWAITING_APPROVAL")) {
      if ((await flightOf(server, found.id)) > today) return found;
    }
    await server.step(QUIET_DAYS);
    await server.trigger(scenario);
  }
  throw new Error("nothing waits at the gate, whatever happens in the world");
}

test("an edited budget is approved and booked", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  const budgets = page.getByRole("table", { name: /Budget by channel/ }).getByRole("spinbutton");
  const planned = (await page.getByTestId("plan-sum").innerText()).split("\n")[0] ?? "";
  await budgets.first().fill("60");
  await expect(page.getByText("1 edit")).toBeVisible();
  const sum = (await page.getByTestId("plan-sum").innerText()).split("\n")[0] ?? "";
  const forecast = page.getByTestId("forecast");
  await expect(forecast).toHaveAttribute("data-state", "tried");
  const [sales, roi] = await forecast.locator("dt + dd").evaluateAll((figures) => figures.map((figure) => figure.textContent ?? ""));
  await page.getByRole("button", { name: `Approve with edits ${sum}` }).click();
  // What is told from the first moment is the new plan, and what is booked is what was told.
  const outcome = page.getByTestId("outcome");
  await expect(outcome).toContainText(`Approved with edits.${sum} instead of ${planned}, expected to sell ${sales} more at an ROI of ${roi}.`);
  await expect(page.locator("article header")).not.toContainText(planned);
  await expect(outcome).toContainText(`Booked ${sum} for`);
  await expect(page.locator("article header")).toContainText(`${sum} of ads should sell`);

  await page.getByRole("link", { name: "Open the campaign" }).click();
  await expect(page.getByRole("heading", { name: "Decisions and bookings" })).toBeVisible();
  await expect(page.getByText(`Booked ${sum}`, { exact: true })).toBeVisible();
  const detail = await server.get<{ bookings: { committed: number }[]; plans: { allocations: { budget: number }[] }[] }>(`/campaigns/${id}`);
  expect(detail.bookings[0]?.committed).toBe(Number(sum.replace(/[£,]/g, "")));
  expect(detail.plans.at(-1)?.allocations.map((allocation) => allocation.budget)).toContain(60);
});

test("a decision whose answer is lost is told as what it was, after a reload too", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  // The server hears it; its answer never reaches the page.
  await page.route(`**/campaigns/${id}/decisions`, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: /^Approve £/ }).click();
  const outcome = page.getByTestId("outcome");
  await expect(outcome).toContainText("Whether yours had arrived is not known yet.");
  await page.unrouteAll({ behavior: "wait" });
  await page.reload();
  await expect(outcome).toContainText(/^Approved\.£[\d,.]+/);
  await expect(outcome).toContainText("Booked £");
  const { bookings } = await server.get<{ bookings: object[] }>(`/campaigns/${id}`);
  expect(bookings).toHaveLength(1);

  // Later it is a decision like any other, and nothing is said of whose it was.
  await page.reload();
  await expect(outcome).toContainText(/Already decided\.\s*Approved by/);
  await expect(outcome).not.toContainText("Nothing of yours");
});

test("what is booked is paused, resumed, given another budget and cancelled on its own page", async ({ page, server }) => {
  const { id } = await waiting(server);
  await server.decide(id, { decision: "approve", decided_by: "Ada" });
  await page.goto(`/campaigns?id=${id}`);
  const booked = page.getByRole("region", { name: "What is booked" });
  await expect(booked.getByRole("button", { name: "Pause ads" })).toBeEnabled();
  await booked.getByRole("button", { name: "Pause ads" }).focus();
  await page.keyboard.press("Enter");
  await expect(booked.getByText("Its ads are paused")).toBeVisible();
  // A button that was busy has the keyboard again.
  await expect(booked.getByRole("button", { name: "Resume ads" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(booked.getByRole("button", { name: "Pause ads" })).toBeFocused();

  await booked.getByRole("button", { name: "Change budget" }).click();
  const form = page.getByRole("dialog", { name: "Change the budget" });
  const before = (await server.get<{ bookings: { committed: number }[] }>(`/campaigns/${id}`)).bookings[0]?.committed ?? 0;
  await form.getByLabel("Budget in pounds").fill("2500");
  const differs = Math.abs(2500 - before).toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  await expect(form.getByRole("status")).toHaveText(before < 2500 ? `£${differs} more is taken from the account.` : `£${differs} is free again.`);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Booked £2,500.00").first()).toBeVisible();
  await expect(booked.getByRole("button", { name: "Change budget" })).toBeFocused();

  await booked.getByRole("button", { name: "Cancel campaign" }).click();
  const cancel = page.getByRole("dialog", { name: "Cancel this campaign?" });
  await expect(cancel).toContainText("£2,500.00 of £2,500.00 is free again.");
  await cancel.getByRole("button", { name: "Cancel the campaign" }).click();
  await expect(booked).toHaveCount(0);
  // All that had opened it is gone: the story around it has the keyboard.
  await expect(page.getByRole("article").first()).toBeFocused();
  await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
  expect((await server.campaigns()).find((one) => one.id === id)?.status).toBe("CANCELED");
});

test("changed words are what the shopper gets", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  await page.getByRole("button", { name: "Edit copy" }).click();
  await page.getByLabel("Headline").first().fill("A long weekend, well fed");
  await page.getByRole("button", { name: /^Approve with edits/ }).click();
  await expect(page.getByText("Approved with edits.")).toBeVisible();
  await server.atRest();
  const { creatives } = await server.get<{ creatives: { headline: string }[] }>(`/campaigns/${id}`);
  expect(creatives.map((creative) => creative.headline)).toContain("A long weekend, well fed");
});

test("a rejection needs a reason, and keeps it", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  await page.getByRole("button", { name: "Reject" }).click();
  const reject = page.getByRole("button", { name: "Reject the campaign" });
  await expect(reject).toBeDisabled();
  await expect(page.getByLabel("Why do you reject it?")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Reject", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.getByLabel("Why do you reject it?").fill("Stock is short this week");
  await reject.click();
  await expect(page.getByText("Rejected.", { exact: true })).toBeVisible();
  await page.goto(`/campaigns?id=${id}`);
  await expect(page.getByText("“Stock is short this week”").first()).toBeVisible();
  await expect(page.locator("article header").getByText("Rejected")).toBeVisible();
});

test("what is sent back comes again without the channel it names, and is booked as it then stands", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  const channels = page.getByRole("table", { name: /Budget by channel/ }).getByRole("rowheader");
  await expect(channels.first()).toBeVisible();
  await page.getByRole("button", { name: "Send back" }).click();
  await page.getByLabel("What should be different?").fill("Talk about the weekend, please");
  const out = page.getByRole("group", { name: "Leave out" }).getByRole("checkbox").first();
  const name = (await page.getByRole("group", { name: "Leave out" }).locator("label").first().innerText()).trim();
  await out.check();
  await page.getByRole("button", { name: "Send it back" }).click();
  await expect(page.getByRole("list", { name: "Sent back before" })).toContainText("“Talk about the weekend, please”");
  await expect(channels.filter({ hasText: name })).toHaveCount(0);
  await page.getByRole("button", { name: "Send back" }).click();
  await expect(page.getByRole("checkbox", { name }), "what was wished holds until it is taken back").toBeChecked();
  await expect(page.getByText("It may be sent back 2 times.")).toBeVisible();
  await page.getByRole("button", { name: "Keep it" }).click();
  const sum = (await page.getByTestId("plan-sum").innerText()).split("\n")[0] ?? "";
  await page.getByRole("button", { name: `Approve ${sum}` }).click();
  await expect(page.getByTestId("outcome")).toContainText(`Booked ${sum} for`);
  const { approvals } = await server.get<{ approvals: { decision: string }[] }>(`/campaigns/${id}`);
  expect(approvals.map((one) => one.decision)).toEqual(["send_back", "approve"]);
});

test("several are approved with one word, and what is booked comes to the sum that was shown", async ({ page, server }) => {
  await waiting(server);
  while ((await server.get<{ open: number }>("/decisions")).open < 2) {
    await server.step(QUIET_DAYS);
    await server.trigger("heatwave");
  }
  const chosen = (await server.get<{ items: { campaign: { id: string } }[] }>("/decisions")).items.slice(0, 2).map((item) => item.campaign.id);
  await page.goto("/approvals");
  for (const place of [0, 1]) await page.getByRole("checkbox", { name: /^Choose/ }).nth(place).check();
  const sum = (await page.locator("legend").filter({ hasText: "2 proposals, £" }).innerText()).split(", ")[1] ?? "";
  await page.getByRole("button", { name: "Approve all" }).click();
  // The answer is lost on the way; asked again, none is decided twice and all are told.
  let isLost = false;
  await page.route((url) => url.pathname === "/decisions", async (route) => {
    if (isLost || route.request().method() !== "POST") return route.continue();
    isLost = true;
    await route.fetch();
    return route.abort("connectionreset");
  });
  await page.getByRole("button", { name: `Approve ${sum}`, exact: true }).first().click();
  await page.getByRole("button", { name: "Ask again to approve all 2; none is decided twice" }).click();
  await expect(page.getByTestId("several-decided")).toContainText(`2 approved, ${sum}`);
  const booked = async (): Promise<number[]> => {
    const details = await Promise.all(chosen.map((id) => server.get<{ bookings: { committed: number }[] }>(`/campaigns/${id}`)));
    return details.flatMap(({ bookings }) => bookings.map((booking) => booking.committed));
  };
  await expect.poll(async () => (await booked()).length).toBe(2);
  expect((await booked()).reduce((total, one) => total + one, 0)).toBeCloseTo(Number(sum.replace(/[£,]/g, "")), 2);
});

test("an approval someone else has given is shown as already decided, and nothing is sent", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  await expect(page.getByRole("button", { name: /^Approve £/ })).toBeEnabled();
  await server.decide(id, { decision: "approve", decided_by: "night shift" });
  await expect(page.getByText("Already decided.")).toBeVisible();
  await expect(page.getByText(/by night shift/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /^Approve £/ })).toBeDisabled();
});

test("a click that comes too late is answered with already decided", async ({ page, server }) => {
  const { id } = await waiting(server);
  // The page hears nothing of the other decision: neither by socket nor by asking again.
  await page.routeWebSocket(/ws\/dashboard/, () => undefined);
  await page.goto(`/approvals?id=${id}`);
  const approve = page.getByRole("button", { name: /^Approve £/ });
  await expect(approve).toBeEnabled();
  await page.route(`**/campaigns/${id}`, (route) => (route.request().method() === "GET" ? route.abort() : route.continue()));
  await server.decide(id, { decision: "approve", decided_by: "night shift" });
  await approve.click();
  await expect(page.getByRole("alert").filter({ hasText: "Already decided" })).toBeVisible();
});

test("what the server refuses is said beside the button, and the field it names has the keyboard", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  const refusal = { status: 422, code: null, field: "budgets", detail: "the edited budgets come to £9.00", remedy: "send budgets within the limits" };
  await page.route(`**/campaigns/${id}/decisions`, (route) =>
    route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(refusal) }));
  await page.getByRole("button", { name: /^Approve £/ }).click();
  const alert = page.getByRole("alert").filter({ hasText: "The edited budgets come to £9.00. Send budgets within the limits." });
  await expect(alert).toBeInViewport({ ratio: 1 });
  const first = page.getByRole("table", { name: /Budget by channel/ }).getByRole("spinbutton").first();
  await expect(first).toBeFocused();
  await expect(first).toBeInViewport({ ratio: 1 });
  await first.fill("60");
  await expect(alert).toBeHidden();
});

test("limits are shown before anything is sent, and nothing beyond them is offered", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  const budgets = page.getByRole("table", { name: /Budget by channel/ }).getByRole("spinbutton");
  const approve = page.getByRole("button", { name: /^Approve/ });
  await expect(page.getByTestId("plan-sum")).toContainText("of £5,000 it may spend");
  await budgets.first().fill("5001");
  await expect(approve).toBeDisabled();
  await expect(page.locator("#said")).toContainText("more than this campaign may spend");
  await budgets.first().fill("1");
  await expect(budgets.first()).toHaveAttribute("aria-invalid", "true");
  for (const field of await budgets.all()) await field.fill("0");
  await expect(approve).toBeDisabled();
  await expect(page.locator("#said")).toHaveText("Nothing would be booked: reject it instead.");
  await page.reload();
  await expect(budgets.first(), "a draft is there again").toHaveValue("0");
});

test("while booking is stopped an approval is not offered, and a rejection is", async ({ page, server }) => {
  const { id } = await waiting(server);
  await server.ask("PUT", "/kill-switch", { stopped: true, reason: "audit" });
  await page.goto(`/approvals?id=${id}`);
  await expect(page.getByRole("button", { name: /^Approve £/ })).toBeDisabled();
  await expect(page.locator("#said")).toHaveText("Booking is stopped: resume it to approve.");
  await expect(page.getByRole("button", { name: "Reject" })).toBeEnabled();
  await server.ask("PUT", "/kill-switch", { stopped: false, reason: "done" });
});

test("words that fail a rule come back at the top, with the ad that has them", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  await expect(page.getByText(/\d+ rules passed/)).toBeVisible();
  await page.getByRole("button", { name: "Edit copy" }).click();
  await page.getByLabel("Headline").first().fill("Soup beats colds and cures flu");
  await expect(page.getByText("The picture is drawn again after approval")).toBeVisible();
  const check = page.getByRole("button", { name: "Send to be checked" });
  await expect(page.locator("#said")).toHaveText("The rules fail these words: nothing is booked, and it comes back here.");
  await expect(check).not.toHaveClass(/btn-primary/);
  await check.click();
  const banner = page.getByRole("status").filter({ hasText: "1 ad fails No food prevents, treats or cures" });
  await expect(banner).toBeVisible();
  const failing = page.locator("[data-failing]");
  await expect(failing).toHaveCount(1);
  await expect(failing.getByText("Fails “No food prevents, treats or cures”.")).toBeVisible();
  const approve = page.getByRole("button", { name: /^Approve/ });
  await expect(approve).toBeDisabled();
  await failing.getByLabel("Headline").fill("Supper for a wet evening");
  await expect(approve).toBeEnabled();
  await approve.click();
  await expect.poll(async () => (await server.get<{ bookings: object[] }>(`/campaigns/${id}`)).bookings.length).toBe(1);
});

test("the gate can be passed by keyboard alone", async ({ page, server }) => {
  const { id } = await waiting(server);
  await page.goto(`/approvals?id=${id}`);
  await page.getByLabel(/^Note/).focus();
  await page.keyboard.type("Looks right");
  const approve = page.getByRole("button", { name: /^Approve £/ });
  for (let presses = 0; presses < 6 && !(await approve.evaluate((button) => button === document.activeElement)); presses += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(page.getByText("Approved.", { exact: true })).toBeVisible();
  // The form is gone, and what was decided has the keyboard: Tab goes on from there.
  await expect(page.getByRole("article")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("article").locator(":focus")).toBeVisible();
});

test("Back leads to the approval before and its draft; what nobody decided in time is ended by the world itself", async ({ page, server }) => {
  await waiting(server);
  const [first, second] = (await server.get<{ items: { campaign: { id: string } }[] }>("/decisions")).items.map((item) => item.campaign.id);
  const id = first ?? "";
  await page.goto("/approvals");
  await expect(page).toHaveURL(new RegExp(`id=${id}`));
  await expect(page.getByRole("button", { name: /Decide by/ }).first()).toBeVisible();
  if (second) {
    await page.getByLabel(/^Note/).fill("Half a thought");
    await page.getByRole("button", { name: /Decide by/ }).nth(1).click();
    await expect(page).toHaveURL(new RegExp(`id=${second}`));
    await page.goBack();
    await expect(page.getByLabel(/^Note/)).toHaveValue("Half a thought");
  }
  await expect(page.getByRole("button", { name: /^Approve £/ })).toBeEnabled();
  const begins = await flightOf(server, id);
  while ((await todayOf(server)) < begins) await server.step(1);
  await expect(page.getByRole("status").filter({ hasText: "Lapsed." })).toContainText("Nobody decided before the flight began on");
  await expect(page.getByRole("button", { name: /^Approve £/ })).toBeDisabled();
  expect((await server.get<{ open_approvals: number }>("/kpis")).open_approvals).toBe((await server.get<{ items: object[] }>("/decisions")).items.length);
});

test.describe("while the clock runs", () => {
  test("it is held on the last day for a decision, which a countdown tells", async ({ page }) => {
    const server = await Server.open({ TESCOSENSE_DECISION_GRACE_SECONDS: "12" });
    try {
      const { id } = await waiting(server);
      const before = await todayOf(server);
      await server.ask("PUT", "/simulation/clock", { running: true, speed: 600 });
      await page.goto(`${server.url}/approvals?id=${id}`);
      await expect(page.getByRole("timer")).toHaveText(/Decide within 0:\d\d, then the world goes on/);
      expect(await server.get("/simulation/clock")).toMatchObject({
        today: before, is_held: true, hold: { campaign_ids: expect.arrayContaining([id]) as string[] },
      });
      await page.getByRole("button", { name: "Reject" }).click();
      await page.getByLabel("Why do you reject it?").fill("Not this week");
      await page.getByRole("button", { name: "Reject the campaign" }).click();
      await expect.poll(() => todayOf(server)).not.toBe(before);
    } finally {
      await server.close();
    }
  });
});
