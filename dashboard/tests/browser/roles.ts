/** What a role may not do is absent: a viewer and a member beside the owner. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Filled, fill } from "./traffic";

/** Buttons that a viewer must not find, by page. */
const FORBIDDEN: [page: string, sign: string | RegExp, buttons: (string | RegExp)[]][] = [
  ["traces", "Where is order 771?", [/^Delete/]],
  ["providers", "OpenAI", ["Add provider", "Test", /^More for/]],
  ["keys", "API keys", ["Create key", /^Revoke/]],
  ["members", "owner@example.com", ["Invite", /^Remove/]],
  ["settings", "Kept for", ["Add rule", "Delete project"]],
  ["ingestion", "Accepted", ["Send through again"]],
  ["suppressions", "Suppressions", [/^End the suppression/]],
];

describe.skipIf(!ready)("roles", () => {
  let browser: Watched;
  let viewer: Watched;
  let filled: Filled;
  const email = `viewer-${Date.now().toString(36)}@example.com`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    viewer = await openBrowser();
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
    await browser?.close();
    await viewer?.close();
  });

  test("an owner invites by a link, which is used by a button and not by opening it", async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/p/${filled.project}/members`);
    await page.getByRole("button", { name: "Invite" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Role").click();
    await page.getByRole("option", { name: /^Viewer/ }).click();
    await dialog.getByRole("button", { name: /^(Create|Invite|Make)/ }).click();
    await dialog.getByRole("button", { name: "Copy link" }).click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain("/invite#");
    await dialog.getByRole("button", { name: "Done" }).click();
    for (const _ of ["a scanner looks", "the person opens it"]) await viewer.page.goto(link);
    await viewer.page.getByLabel("Name").fill("Test Viewer");
    await viewer.page.getByLabel("E-mail").fill(email);
    await viewer.page.getByLabel("Password").fill("correct horse battery");
    await viewer.page.getByRole("button", { name: "Join" }).click();
    await viewer.page.waitForURL(new RegExp(`/p/${filled.project}/`));
  });

  test.each(FORBIDDEN)("a viewer finds no forbidden button on %s", async (path, sign, buttons) => {
    const { page } = viewer;
    await page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
    await page.getByRole("main").getByText(sign).first().waitFor();
    for (const name of buttons)
      expect(await page.getByRole("main").getByRole("button", { name }).count(), `${name}`).toBe(0);
  });

  test("a viewer can read and export a trace, not delete it", async () => {
    const { page } = viewer;
    await page.goto(`${target.dashboard}/p/${filled.project}/trace?id=${filled.traceId}`);
    await page.getByText("search_orders").first().waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Export JSON" }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Delete trace" }).count()).toBe(0);
  });

  test("a viewer changes no agent", async () => {
    const { page } = viewer;
    const { items } = await api<{ items: { id: string }[] }>(
      browser,
      "GET",
      "/agents",
      filled.project,
    );
    await page.goto(`${target.dashboard}/p/${filled.project}/agent?id=${items[0]?.id}`);
    await page.getByRole("tab", { name: "Versions" }).waitFor();
    expect(await page.getByRole("tab", { name: "Settings" }).count()).toBe(0);
  });

  test("the role is raised and the member removed", async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/p/${filled.project}/members`);
    const row = page.getByRole("row").filter({ hasText: email });
    await row.getByRole("combobox").click();
    await page.getByRole("option", { name: /^Admin/ }).click();
    await row.getByText("Admin").waitFor();
    // AU-11: another role is another session.
    await open("keys");
    await viewer.page.getByRole("button", { name: "Create key" }).first().waitFor();
    await row.getByRole("button", { name: /^Remove/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Remove/ })
      .click();
    await row.waitFor({ state: "detached" });
    await open("keys");
    await viewer.page
      .getByText(/no such project|No project yet/)
      .first()
      .waitFor();
  });

  /** Opens a page as the invited person, who may have to sign in again for it. */
  async function open(path: string) {
    const { page } = viewer;
    await page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (!page.url().includes("/login")) return;
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/(p|no-project)/);
  }
});
