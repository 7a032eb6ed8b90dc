import AxeBuilder from "@axe-core/playwright";
import { readFileSync } from "node:fs";
import { Server } from "../support/server";
import { expect, type Page, test } from "../support/test";

const WIDTHS = [360, 820, 1440, 2560];
/** From this width on the world's controls stand in the bar. */
const IN_THE_BAR = 1280;
const SCENARIOS = ["Heatwave", "Heavy rain", "Cold snap", "Viral trend", "Stock out", "Competitor promotion", "Price rise", "Feed outage"];

/** Two people share the day: one decides, and may do everything; the other moves the world, and decides nothing. */
const KEYS = { TESCOSENSE_API_KEYS: "Otto:operator:o-key,Alex:admin:a-key" };

interface Waiting { items: { campaign: { id: string } }[] }

const pounds = (text: string): number => Number(/£([\d,.]+)/.exec(text)?.[1]?.replaceAll(",", "") ?? NaN);

class Day {
  constructor(
    private readonly page: Page,
    private readonly server: Server,
    private readonly width: number,
  ) {}

  /** Somebody sits down at this page, with a key of theirs. */
  async arrives(key: string): Promise<void> {
    await this.page.goto(this.server.url);
    await this.page.getByLabel("Key", { exact: true }).fill(key);
    await this.page.getByRole("button", { name: "Open the dashboard" }).click();
    await this.looksRight();
  }

  /** The page is live and whole: nothing breaks a rule of accessibility, and nothing is wider than the screen. */
  async looksRight(): Promise<void> {
    await expect(this.page.locator('[data-connection="live"]')).toBeVisible();
    await expect(this.page.locator(".skeleton")).toHaveCount(0);
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    expect(violations.map(({ id, nodes }) => `${this.page.url()} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, `${this.page.url()} at ${this.width} pixels`).toBeLessThanOrEqual(0);
  }

  async goes(path: string): Promise<void> {
    await this.page.goto(this.server.url + path);
    await this.looksRight();
  }

  private async controls(): Promise<void> {
    if (this.width >= IN_THE_BAR) return;
    await this.page.getByRole("button", { name: /World controls/ }).click();
  }

  private async leavesControls(): Promise<void> {
    const dialog = this.page.getByRole("dialog", { name: "The simulated world" });
    if (await dialog.isVisible()) await this.page.keyboard.press("Escape");
  }

  private visible(name: string | RegExp) {
    return this.page.getByRole("button", { name }).filter({ visible: true });
  }

  /** Something happens in the world, by its menu; what waits meanwhile is let lapse only where that is wished. */
  async triggers(scenario: string): Promise<void> {
    await this.controls();
    await this.visible("Trigger scenario").click();
    const triggered = this.page.waitForResponse((response) => response.url().endsWith("/simulation/trigger") && response.request().method() === "POST");
    await this.page.getByRole("menuitem", { name: scenario }).filter({ visible: true }).click();
    if ((await triggered).status() === 409) {
      const asking = this.page.getByRole("dialog", { name: "Move on undecided?" });
      await expect(asking).toContainText(/will lapse/);
      await asking.getByRole("button", { name: "Let them lapse" }).click();
      await expect(asking).toBeHidden();
    }
    await this.leavesControls();
    await this.server.atRest();
  }

  async waiting(): Promise<string[]> {
    return (await this.server.get<Waiting>("/decisions")).items.map(({ campaign }) => campaign.id);
  }

  /** A proposal to decide; the world goes on until there is one. */
  async proposal(): Promise<string> {
    for (const scenario of ["Heatwave", "Cold snap", "Heavy rain", "Viral trend", "Heatwave"]) {
      const [first] = await this.waiting();
      if (first) return first;
      await this.server.step(8);
      await this.triggers(scenario);
    }
    throw new Error("nothing waits at the gate, whatever happens in the world");
  }

  async opens(id: string): Promise<void> {
    await this.goes(`/approvals?id=${id}`);
    await expect(this.visible(/^Approve £/)).toBeEnabled();
  }

  async sum(): Promise<string> {
    return (await this.page.getByTestId("plan-sum").innerText()).split("\n")[0] ?? "";
  }

  async booked(id: string): Promise<number> {
    await this.server.atRest();
    return (await this.server.get<{ bookings: { committed: number }[] }>(`/campaigns/${id}`)).bookings.at(-1)?.committed ?? 0;
  }

  async approves(id: string): Promise<void> {
    await this.opens(id);
    const sum = await this.sum();
    await this.visible(`Approve ${sum}`).click();
    await expect(this.page.getByTestId("outcome")).toContainText(`Booked ${sum} for`);
    expect(await this.booked(id)).toBe(pounds(sum));
  }

  /** It is open at somebody's who may look on alone, and is told there who decided it, without a press. */
  async looksOn(id: string): Promise<() => Promise<void>> {
    await this.goes(`/approvals?id=${id}`);
    const form = this.page.getByRole("form", { name: "Decision" });
    await expect(form.getByText("an approver decides it")).toBeVisible();
    await expect(form.getByRole("button", { name: /^Approve/ })).toBeDisabled();
    return async () => {
      await expect(this.page.getByTestId("outcome")).toContainText("Approved by Alex.");
      await this.goes(`/campaigns?id=${id}`);
      await expect(this.page.getByText(/\bAlex\b/).filter({ visible: true }).first()).toBeVisible();
    };
  }

  /** The server dies while it is decided: the page says so, and what is booked in the end is booked once. */
  async approvesThroughADeath(id: string): Promise<void> {
    await this.opens(id);
    const sum = await this.sum();
    const sent = this.page.waitForRequest((request) => request.method() === "POST" && request.url().includes("/decisions"));
    await this.visible(`Approve ${sum}`).click();
    await sent;
    await this.server.kill();
    await expect(this.page.locator('[data-connection="live"]')).toHaveCount(0);
    await this.server.start();
    await this.server.atRest();
    if ((await this.waiting()).includes(id)) await this.approves(id);
    await expect.poll(() => this.booked(id)).toBe(pounds(sum));
    const { bookings } = await this.server.get<{ bookings: unknown[] }>(`/campaigns/${id}`);
    expect(bookings).toHaveLength(1);
    await this.goes("/");
  }

  async edits(id: string): Promise<void> {
    await this.opens(id);
    await this.page.getByRole("table", { name: /Budget by channel/ }).getByRole("spinbutton").first().fill("60");
    await expect(this.page.getByTestId("forecast")).toHaveAttribute("data-state", "tried");
    const sum = await this.sum();
    await this.visible(`Approve with edits ${sum}`).click();
    await expect(this.page.getByTestId("outcome")).toContainText(`Booked ${sum} for`);
    expect(await this.booked(id)).toBe(pounds(sum));
  }

  async sendsBack(id: string): Promise<void> {
    await this.opens(id);
    await this.visible("Send back").click();
    await this.page.getByLabel("What should be different?").fill("Say it in fewer words, please");
    await this.visible("Send it back").click();
    await expect(this.page.getByRole("list", { name: "Sent back before" })).toContainText("Say it in fewer words, please");
    await this.looksRight();
    await this.rejects(id);
  }

  async rejects(id: string): Promise<void> {
    if (!this.page.url().includes(id)) await this.opens(id);
    await this.visible("Reject").click();
    await this.page.getByLabel("Why do you reject it?").fill("Not this week");
    await this.visible("Reject the campaign").click();
    await expect(this.page.getByText("Rejected.", { exact: true })).toBeVisible();
    expect(await this.booked(id)).toBe(0);
  }

  /** A day is stepped over what waits: it is asked first, and what nobody decided reads Lapsed. */
  async lapses(): Promise<void> {
    await this.proposal();
    const waited = await this.waiting();
    await this.goes("/");
    for (let days = 0; days < 12; days += 1) {
      await this.controls();
      const asking = this.page.getByRole("dialog", { name: "Move on undecided?" });
      const stepped = this.page.waitForResponse((response) => response.url().endsWith("/simulation/clock/step"));
      await this.visible("Move one day on").click();
      if ((await stepped).status() === 409) {
        await expect(asking).toContainText(/\d+ proposals?, £[\d,]+, will lapse/);
        await asking.getByRole("button", { name: "Let them lapse" }).click();
      }
      await this.leavesControls();
      await this.server.atRest();
      if (!(await this.waiting()).some((id) => waited.includes(id))) break;
    }
    const rows = await this.server.campaigns();
    expect(rows.filter(({ id }) => waited.includes(id)).map(({ status }) => status)).toEqual(waited.map(() => "LAPSED"));
  }

  async stopsAndResumes(): Promise<void> {
    for (const [first, sure, stopped] of [["Stop booking", "Stop all booking", true], ["Resume booking", "Resume booking", false]] as const) {
      await this.visible(first).click();
      const dialog = this.page.getByRole("dialog", { name: stopped ? "Stop all booking?" : "Resume booking?" });
      await dialog.getByLabel("Reason").fill("An audit");
      await dialog.getByRole("button", { name: sure }).click();
      await expect.poll(async () => (await this.server.get<{ stopped: boolean }>("/kill-switch")).stopped).toBe(stopped);
      await expect(dialog).toBeHidden();
      await this.looksRight();
    }
  }

  async pausesAndResumes(id: string): Promise<void> {
    await this.goes(`/campaigns?id=${id}`);
    const booked = this.page.getByRole("region", { name: "What is booked" });
    await booked.getByRole("button", { name: "Pause ads" }).click();
    await this.confirmsWhereAsked();
    await expect(booked.getByText("Its ads are paused")).toBeVisible();
    await booked.getByRole("button", { name: "Resume ads" }).click();
    await expect(booked.getByRole("button", { name: "Pause ads" })).toBeVisible();
  }

  private async confirmsWhereAsked(): Promise<void> {
    const dialog = this.page.getByRole("dialog").filter({ visible: true });
    if (await dialog.count()) await dialog.getByRole("button", { name: /Pause/ }).click();
  }

  /** The file has a line for each campaign, and its spend is the table's. */
  async exports(): Promise<void> {
    await this.goes("/campaigns");
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("button", { name: "CSV" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    const rows = await this.server.campaigns();
    expect(text.trim().split("\n").length - 1).toBeGreaterThanOrEqual(rows.length);
    for (const { id } of rows) expect(text).toContain(id);
  }
}

for (const width of WIDTHS) {
  test(`a media team's whole day at ${width} pixels`, async ({ browser, page }) => {
    await page.setViewportSize({ width, height: width < 800 ? 780 : 1000 });
    const server = await Server.open(KEYS, "a-key");
    try {
      const day = new Day(page, server, width);
      const apart = await browser.newContext({ viewport: page.viewportSize(), locale: "en-GB", timezoneId: "Europe/London" });
      const colleague = await apart.newPage();
      const operator = new Day(colleague, server, width);
      await day.arrives("a-key");
      await expect(page.getByText("Nothing waits for you.")).toBeVisible();
      await operator.arrives("o-key");
      await operator.triggers("Heatwave");
      await day.looksRight();
      const approved = await day.proposal();
      const told = await operator.looksOn(approved);
      await day.approves(approved);
      await told();
      await apart.close();
      await day.pausesAndResumes(approved);
      await day.approvesThroughADeath(await day.proposal());
      await day.edits(await day.proposal());
      await day.sendsBack(await day.proposal());
      await day.rejects(await day.proposal());
      await day.stopsAndResumes();
      await day.lapses();
      for (const scenario of SCENARIOS) {
        await day.triggers(scenario);
        await day.looksRight();
        for (const id of await day.waiting()) await server.decide(id, { decision: "approve", decided_by: "Ada" });
        await server.step(2);
      }
      for (const path of ["/", "/steps", "/approvals", "/signals", "/learning", "/prompts", "/data"]) await day.goes(path);
      await day.exports();
    } finally {
      await server.close();
    }
  });
}
