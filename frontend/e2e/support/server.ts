/** A real server of this checkout, with a data directory and a port of its own. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { components } from "../../generated/api";

type Schemas = components["schemas"];

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const VENV = join(ROOT, ".venv/bin/python");
const python = (): string => process.env.PYTHON ?? (existsSync(VENV) ? VENV : "python3");
/** World days a minute: so slow that only a test moves the clock. */
const STANDING_STILL = "0.01";

/** All the same who waits for a decision. */
const WHATEVER_LAPSES = { may_lapse: 1_000_000 };

/** Milliseconds until a wait for the server is given up, on however busy a machine. */
const PATIENCE = 300_000;

export class Server {
  private child: ChildProcess | null = null;
  private said = "";
  /** Chosen by the system at the first start, and kept: a page looks for its server where it was. */
  private port = 0;

  private constructor(
    private readonly data: string,
    private readonly settings: Record<string, string>,
    /** What the test itself asks with, where the server wants a key. */
    private readonly key: string,
  ) {}

  static async open(settings: Record<string, string> = {}, key = ""): Promise<Server> {
    const server = new Server(mkdtempSync(join(tmpdir(), "tescosense-e2e-")), settings, key);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Start, and wait until it is healthy. */
  async start(): Promise<void> {
    const child = spawn(python(), ["-m", "cli", "serve", "--port", String(this.port)], {
      cwd: ROOT,
      env: {
        ...process.env, PYTHONUNBUFFERED: "1", TESCOSENSE_DATA_DIR: this.data, TESCOSENSE_DAYS_PER_MINUTE: STANDING_STILL,
        ...this.settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (text: Buffer) => (this.said += text.toString()));
    child.stderr.on("data", (text: Buffer) => (this.said += text.toString()));
    this.child = child;
    await this.until(async () => {
      if (child.exitCode !== null) throw new Error(`the server ended:\n${this.said.slice(-2000)}`);
      this.port ||= Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(this.said)?.[1] ?? 0);
      if (!this.port) return false;
      return (await fetch(`${this.url}/health`).catch(() => null))?.ok ?? false;
    }, "the server to be healthy");
  }

  /** A `tescosense` command over the same data. Its events are another process's: a page hears of them when it is opened. */
  async command(...words: string[]): Promise<void> {
    await promisify(execFile)(python(), ["-m", "cli", ...words], { cwd: ROOT, env: { ...process.env, TESCOSENSE_DATA_DIR: this.data } });
  }

  /** A value of a campaign's row in the database, torn behind the server's back. */
  async damage(campaign: string, column: string): Promise<void> {
    const code = `import sqlite3, sys; from uuid import UUID; database = sqlite3.connect(sys.argv[1])
assert database.execute("UPDATE campaigns SET ${column} = '{' WHERE id = ?", [UUID(sys.argv[2]).hex]).rowcount == 1
database.commit()`;
    await promisify(execFile)(python(), ["-c", code, join(this.data, "tescosense.db"), campaign]);
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    this.child = null;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.ask<Answer>("GET", path);
  }

  async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method, headers: { "content-type": "application/json", "x-api-key": this.key }, body: body ? JSON.stringify(body) : null,
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Trigger a scenario, and wait until every campaign is at rest. */
  async trigger(scenario: string): Promise<void> {
    const { campaign_ids } = await this.ask<Schemas["Triggered"]>("POST", "/simulation/trigger", { scenario, ...WHATEVER_LAPSES });
    await this.until(async () => {
      const known = (await this.campaigns()).map((campaign) => campaign.id);
      return campaign_ids.every((id) => known.includes(id));
    }, "the campaigns to begin");
    await this.atRest();
  }

  async step(days: number): Promise<void> {
    for (let day = 0; day < days; day += 1) await this.ask("POST", "/simulation/clock/step", WHATEVER_LAPSES);
    await this.atRest();
  }

  async campaigns(): Promise<Schemas["CampaignRow"][]> {
    return (await this.get<Schemas["CampaignRowPage"]>("/campaigns?limit=200")).items;
  }

  async campaignOf(category: string, status?: string): Promise<Schemas["CampaignRow"]> {
    const found = (await this.campaigns()).find((one) => one.category === category && (!status || one.status === status));
    if (!found) throw new Error(`there is no campaign for ${category}`);
    return found;
  }

  /** All events of a campaign. */
  async events(id: string): Promise<Schemas["Event"][]> {
    return (await this.get<{ items: Schemas["Event"][] }>(`/campaigns/${id}/events?limit=1000`)).items;
  }

  async decide(id: string, answer: object): Promise<void> {
    await this.ask("POST", `/campaigns/${id}/decisions`, { answer });
    await this.atRest();
  }

  /** A campaign rests when its newest run has parked or ended. */
  async atRest(): Promise<void> {
    await this.until(async () => {
      const ids = (await this.campaigns()).map((campaign) => campaign.id);
      const newest = await Promise.all(ids.map(async (id) => (await this.events(id)).findLast((event) => event.method === "lifecycle")));
      return newest.every((event) => event?.params.data.kind === "lifecycle" && event.params.data.phase !== "started");
    }, "the campaigns to rest");
  }

  private async until(holds: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`waited ${PATIENCE / 1000} seconds for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
