/** What a role may not do is absent, what it may do is there: four roles before the same pages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bury, deadLetterFolder } from "./deadLetter";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Filled, fill } from "./traffic";

const ROLES = ["viewer", "member", "admin", "owner"] as const;
type Role = (typeof ROLES)[number];

const PASSWORD = "correct horse battery";
const SETTINGS = /Kept for|Days that traces are kept/;
/** By page: what stands there once it is loaded, and the least role that finds each button. */
const BUTTONS: [page: string, sign: string | RegExp, buttons: [string | RegExp, Role][]][] = [
  [
    "providers",
    "OpenAI",
    [
      ["Add provider", "admin"],
      ["Test", "admin"],
      [/^More for/, "admin"],
    ],
  ],
  ["keys", "API keys", [["Create key", "member"]]],
  [
    "members",
    "owner@example.com",
    [
      ["Invite", "admin"],
      [/^Remove/, "admin"],
    ],
  ],
  [
    "settings",
    SETTINGS,
    [
      ["Add rule", "admin"],
      ["Save", "admin"],
      ["Delete project", "owner"],
    ],
  ],
  [
    "settings?tab=prices",
    "own-model",
    [
      ["Add price", "admin"],
      ["Edit as JSON", "admin"],
      [/^Edit the price/, "admin"],
      [/^Delete the price/, "admin"],
    ],
  ],
  ["settings?tab=findings", "IDENTICAL_TOOL_CALL_LOOP", [["Save", "admin"]]],
  ["suppressions", "known for long", [[/^End the suppression/, "member"]]],
  [
    "ingestion",
    "Accepted",
    [
      ["Refresh", "viewer"],
      ...(deadLetterFolder ? [["Send through again", "admin"] as [string, Role]] : []),
    ],
  ],
];

describe.skipIf(!ready)("roles", () => {
  let browser: Watched;
  let guest: Watched;
  let filled: Filled;
  const stamp = Date.now().toString(36);
  const mailOf = (role: Role) => `${role}-${stamp}@example.com`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    guest = await openBrowser();
    if (deadLetterFolder) bury(project, `buried-${stamp}`, "Buried.");
    await api(browser, "PUT", `/projects/${project}/prices`, project, {
      rows: [
        {
          id: "own/any/own-model",
          provider: "*",
          model: "own-model",
          usdPerMillion: { input: "1" },
          source: "contract",
        },
      ],
    });
    await api(browser, "POST", "/suppressions", project, {
      code: "TOOL_NEVER_USED",
      agent: "support",
      reason: "known for long",
    });
    await eventually("the trace", async () => {
      const { items } = await api<{ items: { traceId: string; eventCount: number }[] }>(
        browser,
        "GET",
        "/traces",
        project,
      );
      return items.find((t) => t.traceId === filled.traceId && t.eventCount >= 12);
    });
  });
  afterAll(async () => {
    await api(browser, "POST", "/ingestion/redrive", filled.project);
    await api(browser, "PUT", `/projects/${filled.project}/prices`, filled.project, { rows: [] });
    const { items } = await api<{ items: { id: string; reason: string }[] }>(
      browser,
      "GET",
      "/suppressions",
      filled.project,
    );
    for (const { id, reason } of items)
      if (reason === "known for long")
        await api(browser, "DELETE", `/suppressions/${id}`, filled.project);
    await browser?.close();
    await guest?.close();
  });

  const at = (path: string) => `${target.dashboard}/p/${filled.project}/${path}`;

  test("an owner invites by a link, which is used by a button and not by opening it", async () => {
    const { page } = browser;
    await page.goto(at("members"));
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Role").click();
    await page.getByRole("option", { name: /^Viewer/ }).click();
    await dialog.getByRole("button", { name: "Make link" }).click();
    await dialog.getByRole("button", { name: "Copy link" }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain("/invite#");
    await dialog.getByRole("button", { name: "Done" }).click();
    for (const _ of ["a scanner looks", "the person opens it"]) await guest.page.goto(link);
    await join("viewer");
  });

  describe.each(ROLES)("a %s", (role) => {
    beforeAll(async () => {
      await guest.context.clearCookies();
      const known = await guest.page.request.post(`${target.dashboard}/api/auth/login`, {
        headers: { Origin: target.dashboard, "Sec-Fetch-Site": "same-origin" },
        data: { email: mailOf(role), password: PASSWORD },
      });
      if (known.ok()) return;
      const { link } = await api<{ link: string }>(
        browser,
        "POST",
        `/projects/${filled.project}/invites`,
        filled.project,
        { role },
      );
      await guest.page.goto("about:blank");
      await guest.page.goto(link);
      await join(role);
    });

    const may = (least: Role) => ROLES.indexOf(role) >= ROLES.indexOf(least);

    test.each(BUTTONS)("finds on %s what belongs to the role", async (path, sign, buttons) => {
      const { page } = guest;
      await page.goto(at(path));
      const main = page.getByRole("main");
      await main.getByText(sign).first().waitFor();
      for (const [name, least] of buttons) {
        const button = main.getByRole("button", { name, exact: typeof name === "string" });
        if (may(least)) await button.first().waitFor();
        else expect(await button.count(), `${name}`).toBe(0);
      }
    });

    test("reads and exports a trace, and deletes it only as admin", async () => {
      const { page } = guest;
      await page.goto(at(`trace?id=${filled.traceId}`));
      await page.getByText("search_orders").first().waitFor();
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: "Export JSON" }).waitFor();
      expect(await page.getByRole("menuitem", { name: "Delete trace" }).count()).toBe(
        may("admin") ? 1 : 0,
      );
      await page.keyboard.press("Escape");
    });

    test("changes an agent only as admin", async () => {
      const { page } = guest;
      const { items } = await api<{ items: { id: string }[] }>(
        browser,
        "GET",
        "/agents",
        filled.project,
      );
      await page.goto(at(`agent?id=${items[0]?.id}`));
      await page.getByRole("tab", { name: "Versions" }).waitFor();
      expect(await page.getByRole("tab", { name: "Settings" }).count()).toBe(may("admin") ? 1 : 0);
    });
  });

  test("the role is raised and the member removed", async () => {
    const { page } = browser;
    await signInAs("viewer");
    await page.goto(at("members"));
    const row = page.getByRole("row").filter({ hasText: mailOf("viewer") });
    await row.getByRole("combobox").click();
    await page.getByRole("option", { name: /^Admin/ }).click();
    await row.getByText("Admin").waitFor();
    // AU-11: another role is another session.
    await open("keys");
    await guest.page.getByRole("button", { name: "Create key" }).first().waitFor();
    await row.getByRole("button", { name: /^Remove/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Remove/ })
      .click();
    await row.waitFor({ state: "detached" });
    await open("keys");
    await guest.page
      .getByText(/no such project|No project yet/)
      .first()
      .waitFor();
  });

  async function join(role: Role) {
    const { page } = guest;
    await page.getByLabel("Name").fill(`Test ${role}`);
    await page.getByLabel("E-mail").fill(mailOf(role));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Join" }).click();
    await page.waitForURL(new RegExp(`/p/${filled.project}/`));
  }

  async function signInAs(role: Role) {
    await guest.context.clearCookies();
    await guest.page.goto(`${target.dashboard}/login`);
    await fillIn(role);
  }

  /** Opens a page as the invited person, who may have to sign in again for it. */
  async function open(path: string) {
    const { page } = guest;
    await page.goto(at(path));
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (page.url().includes("/login")) await fillIn("viewer");
  }

  async function fillIn(role: Role) {
    const { page } = guest;
    await page.getByLabel("E-mail").fill(mailOf(role));
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/(p|no-project)/);
  }
});
