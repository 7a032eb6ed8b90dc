import { expect, type Page, test } from "./support/test";

const PAGES = ["/", "/campaigns", "/approvals", "/signals", "/steps", "/nowhere"];

/** What the page was kept from doing, noted before any script of its own runs. */
async function watchViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const kept: string[] = [];
    Object.assign(window, { kept });
    document.addEventListener("securitypolicyviolation", (event) => kept.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
  });
  return () => page.evaluate(() => (window as unknown as { kept: string[] }).kept);
}

test("every page is sent with its rules, and is kept from nothing it does", async ({ page, server }) => {
  await server.trigger("heavy-rain");
  const violations = await watchViolations(page);
  for (const path of PAGES) {
    const answer = await page.goto(path);
    const { "content-security-policy": policy = "", ...headers } = answer?.headers() ?? {};
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy.split(";").find((rule) => rule.trim().startsWith("script-src")), path).not.toContain("unsafe");
    expect(headers, path).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "same-origin" });
    await expect(page.getByRole("navigation").first()).toBeVisible();
    if (path !== "/nowhere") await expect(page.locator('[data-connection="live"]')).toBeVisible();
    expect(await violations(), path).toEqual([]);
  }
  await page.goto("/");
  for (const name of ["Campaigns", "Approvals", "Signals", "Steps"]) {
    await page.getByRole("navigation").getByRole("link", { name: new RegExp(name) }).first().click();
    await expect(page).toHaveURL(new RegExp(name.toLowerCase()));
  }
  expect(await violations(), "from page to page").toEqual([]);
});

test("a script that is not ours does not run, and nobody can put us in a frame", async ({ page, server }) => {
  await page.goto("/");
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.foreign = true";
    document.body.append(script);
    const frame = document.createElement("iframe");
    frame.src = "/campaigns";
    document.body.append(frame);
  });
  await expect.poll(() => page.frames().some((frame) => frame.url().startsWith("chrome-error:"))).toBe(true);
  expect(await page.evaluate(() => "foreign" in window)).toBe(false);
  const elsewhere = await page.context().newPage();
  await elsewhere.route("https://elsewhere.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: `<iframe src="${server.url}/campaigns"></iframe>` }));
  await elsewhere.goto("https://elsewhere.example/");
  await expect.poll(() => elsewhere.frames().some((frame) => frame.url().startsWith("chrome-error:"))).toBe(true);
});

test("a picture of an ad is shown and can do nothing else", async ({ page, server }) => {
  await server.trigger("heatwave");
  const details = await Promise.all((await server.campaigns()).map(({ id }) =>
    server.get<{ campaign: { id: string }; creatives: { image_url: string }[] }>(`/campaigns/${id}`)));
  const found = details.find(({ creatives }) => creatives.some((creative) => creative.image_url));
  const id = found?.campaign.id ?? "";
  const drawn = found?.creatives.find((creative) => creative.image_url)?.image_url ?? "";
  const answer = await page.goto(drawn);
  expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
  expect(answer?.headers()["content-security-policy"]).toContain("sandbox");
  await page.goto(`/campaigns?id=${id}`);
  const picture = page.locator(`img[src*="/creatives/"]`).first();
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
});

test("a name that somebody else points at this machine is not answered", async ({ request, server }) => {
  for (const path of ["/", "/campaigns", "/health", "/docs"]) {
    const answer = await request.get(`${server.url}${path}`, { headers: { host: "rebound.example" } });
    expect(answer.status(), path).toBe(421);
  }
});
