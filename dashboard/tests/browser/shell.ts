/** What surrounds every page: side bar, palette, help, time range, appearance, failures, entry. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  api,
  eventually,
  openBrowser,
  owner,
  projectOf,
  ready,
  signIn,
  target,
  type Watched,
} from "./harness";
import { type Kit, kit } from "./kit";
import { settled } from "./largeTrace";
import { type Filled, fill } from "./traffic";

const PAGES = [
  "Traces",
  "Threads",
  "Users",
  "Agents",
  "Analytics",
  "Get started",
  "Providers",
  "API keys",
  "Ingestion",
  "Members",
  "Suppressions",
  "Settings",
] as const;
const DARK = "rgb(15, 17, 22)";

describe.skipIf(!ready)("around every page", () => {
  let browser: Watched;
  let filled: Filled;
  let on: Kit;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    on = kit(browser, project);
    await settled(browser, project, filled.traceId, 13);
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(() => {
    browser.faults.length = 0;
  });
  afterEach(() => {
    expect(browser.faults).toEqual([]);
  });

  const background = () => on.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const palette = async (text: string) => {
    await on.dialog().waitFor({ state: "detached" });
    await on.page.getByRole("heading", { level: 1 }).waitFor();
    await on.page.keyboard.press("Control+k");
    await on.page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await on.page.keyboard.type(text);
  };
  const PERSON = /account and appearance/;

  test("each link of the side bar leads to its page, and keeps environment and time range", async () => {
    await on.visit("traces?env=PRODUCTION&range=7d");
    for (const name of PAGES) {
      await on.page
        .getByRole("navigation", { name: "Pages" })
        .getByRole("link", { name, exact: true })
        .click();
      await on.page.getByRole("heading", { level: 1, name }).waitFor();
      expect(on.parameter("range")).toBe("7d");
      expect(on.parameter("env")).toBe("PRODUCTION");
    }
  });

  test("the first press of Tab offers to skip to the page", async () => {
    await on.visit("traces");
    await on.page.getByRole("heading", { level: 1 }).waitFor();
    await on.page.keyboard.press("Tab");
    await on.page.keyboard.press("Enter");
    await on.page.waitForFunction(() => document.activeElement?.id === "main");
  });

  test("the palette goes to a project, sets the theme, copies the link, opens a pasted trace id", async () => {
    const name = `Second ${Date.now().toString(36)}`;
    const other = await api<{ id: string }>(browser, "POST", "/projects", undefined, { name });
    await on.visit("agents");
    await on.button(/^Search/).click();
    await on.page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await on.page.keyboard.press("ArrowDown");
    await on.page.keyboard.press("ArrowUp");
    await on.page.keyboard.type("theme dark");
    await on.page.keyboard.press("Enter");
    await eventually("the dark theme", async () =>
      (await background()) === DARK ? true : undefined,
    );
    await palette("theme system");
    await on.page.keyboard.press("Enter");
    await palette("copy link");
    await on.page.getByRole("option", { name: /^Copy link/ }).click();
    await on.page.getByText("Link copied").waitFor();
    await palette(filled.traceId);
    await on.page
      .getByRole("option", { name: new RegExp(`^Open trace ${filled.traceId}`) })
      .click();
    await on.page.waitForURL(new RegExp(`trace\\?id=${filled.traceId}`));
    await palette("order 771");
    await on.page.getByRole("option", { name: /^Search traces for/ }).click();
    await on.page.waitForURL((url) => url.searchParams.get("q") === '"order 771"');
    await on.page.reload();
    await palette(name);
    await on.page.keyboard.press("Enter");
    await on.page.waitForURL(new RegExp(other.id));
  });

  test("the project is switched, a new one is given up", async () => {
    const { projects } = await api<{ projects: { id: string; name: string }[] }>(
      browser,
      "GET",
      "/me",
    );
    const [one, two] = projects;
    await on.visit("traces");
    await on.menu(/Switch project/, "New project");
    await on.cancel();
    const other = projectOf(on.page) === one?.id ? two : one;
    await on.menu(/Switch project/, other?.name ?? "");
    await on.page.waitForURL(new RegExp(other?.id ?? "no project"));
  });

  test("help opens by its button and by ?, and switches single letters off and on", async () => {
    await on.visit("traces");
    await on.button("Keys and help").click();
    await on.dialog().getByText("Go to the query bar").waitFor();
    await on.dialog().getByLabel("Single-letter keys").uncheck();
    await on.dialog().getByRole("button", { name: "Close" }).click();
    await on.dialog().waitFor({ state: "detached" });
    await on.page.keyboard.press("?");
    await on.page.keyboard.press("l");
    expect(await on.dialog().count()).toBe(0);
    expect(await on.button(/^Live data: paused/).count()).toBe(0);
    await on.button("Keys and help").click();
    await on.dialog().getByLabel("Single-letter keys").check();
    await on.page.keyboard.press("Escape");
    await on.dialog().waitFor({ state: "detached" });
    await on.page.keyboard.press("?");
    await on.page.getByRole("dialog", { name: "Keys and help" }).waitFor();
  });

  test("a time range of one's own is used, a reversed one is refused", async () => {
    await on.visit("traces");
    await on.button(/^Time range/).click();
    const own = on.page.getByRole("form", { name: "Own time range" });
    await own.getByLabel("From").fill("2026-01-02T00:00");
    await own.getByLabel("To").fill("2026-01-01T00:00");
    await own.getByText("The end lies before the start.").waitFor();
    expect(await own.getByRole("button", { name: "Use this range" }).isDisabled()).toBe(true);
    await own.getByLabel("To").fill("2026-01-03T00:00");
    await own.getByRole("button", { name: "Use this range" }).click();
    await on.page.waitForURL((url) => url.searchParams.has("from") && url.searchParams.has("to"));
    await on.main().getByText("No trace in this time").waitFor();
  });

  test("live data is paused and resumed by its button", async () => {
    await on.visit("traces");
    await on.button("Live data: live").click();
    await on.button("Live data: paused").click();
    await on.button("Live data: live").waitFor();
  });

  test("a message is dismissed", async () => {
    await on.visit("traces");
    await on.page.keyboard.press(".");
    await on.page.getByText("Link copied").waitFor();
    await on.button("Dismiss").click();
    await on.page.getByText("Link copied").waitFor({ state: "detached" });
  });

  test("light, dark, as the system; compact and comfortable rows", async () => {
    await on.visit("traces");
    const row = on.page.getByRole("grid", { name: "Traces" }).getByRole("row").nth(1);
    await row.waitFor();
    const height = async () => (await row.boundingBox())?.height ?? 0;
    await on.menu(PERSON, /^Dark/);
    expect(await background()).toBe(DARK);
    await on.menu(PERSON, /^Light/);
    expect(await background()).toBe("rgb(255, 255, 255)");
    await on.page.emulateMedia({ colorScheme: "dark" });
    await on.menu(PERSON, /^As the system/);
    expect(await background()).toBe(DARK);
    await on.page.emulateMedia({ colorScheme: "light" });
    await on.menu(PERSON, /^Compact/);
    await eventually("compact rows", async () => ((await height()) < 32 ? true : undefined));
    await on.menu(PERSON, /^Comfortable/);
    await eventually("comfortable rows", async () => ((await height()) > 32 ? true : undefined));
  });

  test("on a narrow window the menu opens, leads on, and closes; so do the filters", async () => {
    const { page } = on;
    await page.setViewportSize({ width: 390, height: 844 });
    try {
      await on.visit("traces");
      const filters = page.getByRole("region", { name: "Filters" });
      await on.button("Filters").click();
      await filters.waitFor();
      await on.button("Filters").click();
      await filters.waitFor({ state: "hidden" });
      const link = page.getByRole("link", { name: "Agents", exact: true });
      await on.button("Menu").click();
      await link.waitFor();
      await on.button("Close menu").click({ position: { x: 370, y: 400 } });
      await on.button("Close menu").waitFor({ state: "detached" });
      await on.button("Menu").click();
      await link.click();
      await page.waitForURL(/\/agents/);
      await on.button("Close menu").waitFor({ state: "detached" });
    } finally {
      await page.setViewportSize({ width: 1440, height: 900 });
    }
  });

  test("what could not be loaded is tried again, with the old data kept out of the way", async () => {
    const { page } = on;
    await page.route("**/api/agents?*", (route) => route.abort());
    await on.visit("agents");
    await on.button("Try again").waitFor({ timeout: 30_000 });
    await page.unroute("**/api/agents?*");
    await on.button("Try again").click();
    await page.getByRole("grid", { name: "Agents" }).getByText("support").first().waitFor();
    browser.faults.length = 0;
  });

  test("a part of the page that is gone after an upgrade is loaded again", async () => {
    const { page } = on;
    await on.visit("agents");
    await page.getByRole("grid", { name: "Agents" }).waitFor();
    await page.route("**/assets/AnalyticsPage*", (route) => route.fulfill({ status: 404 }));
    await page.getByRole("link", { name: "Analytics", exact: true }).click();
    await on.main().getByText("The dashboard was upgraded").waitFor();
    await page.unroute("**/assets/AnalyticsPage*");
    await on.button("Load it again").click();
    await page.getByRole("heading", { name: "Analytics" }).waitFor();
    browser.faults.length = 0;
  });

  test("addresses without a page or a project lead back", async () => {
    const { page } = on;
    await page.goto(`${target.dashboard}/nowhere`);
    await page.getByRole("link", { name: "To the start" }).click();
    await page.waitForURL(/\/p\/.*\/traces/);
    await page.goto(`${target.dashboard}/p/prj_00000000000000000000/traces`);
    await page.getByRole("link", { name: "To my projects" }).click();
    await page.waitForURL(/\/p\/(?!prj_0000000000).*\/traces/);
    browser.faults.length = 0;
  });

  test("a used setup link leads to signing in", async () => {
    const { page } = on;
    await page.goto(`${target.dashboard}/setup#code=used`);
    await page.getByText("Already set up").waitFor();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.waitForURL(/\/(login|p\/)/);
  });

  test("an invite is taken by who is signed in; one without its code says so", async () => {
    const { page } = on;
    await page.goto(`${target.dashboard}/invite`);
    await page.getByText("This invite is not complete").waitFor();
    const { link } = await api<{ link: string }>(
      browser,
      "POST",
      `/projects/${filled.project}/invites`,
      filled.project,
      { role: "viewer" },
    );
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByText(`You are signed in as ${owner.email}.`).waitFor();
    await page.getByRole("button", { name: "Join" }).waitFor();
  });

  test("a reset link with a wrong code is refused with its cause", async () => {
    const { page } = on;
    await page.goto(`${target.dashboard}/reset`);
    await page.getByLabel("Reset code").fill("wrong");
    await page.locator("input[type=password]").fill("another good password");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText(/code is (not|wrong|in)/i).waitFor();
    browser.faults.length = 0;
  });
});
