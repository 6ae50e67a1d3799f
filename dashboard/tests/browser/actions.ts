/** Every button of every page is pressed once, and does what it says. */
import { readFileSync } from "node:fs";
import type { Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  api,
  eventually,
  openBrowser,
  owner,
  ready,
  signIn,
  target,
  type Watched,
} from "./harness";
import { call, type Filled, fill, ingest } from "./traffic";

describe.skipIf(!ready)("actions", () => {
  let browser: Watched;
  let filled: Filled;
  const stamp = Date.now().toString(36);

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    for (const n of [1, 2]) await call(filled.key, `${filled.traceId}-${n}`, `Drop me ${n}`);
    await eventually("the traces", async () => {
      const { items } = await api<{ items: { traceId: string; eventCount: number }[] }>(
        browser,
        "GET",
        "/traces",
        project,
      );
      return items.some((t) => t.traceId === `${filled.traceId}-2`) &&
        items.some((t) => t.traceId === filled.traceId && t.eventCount >= 12)
        ? true
        : undefined;
    });
    browser.faults.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
  });

  const visit = (path: string) =>
    browser.page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
  const button = (name: string | RegExp) => browser.page.getByRole("button", { name });
  const dialog = () => browser.page.getByRole("dialog");
  const menu = async (trigger: string | RegExp, item: string | RegExp) => {
    await button(trigger).first().click();
    await browser.page.getByRole("menuitem", { name: item }).click();
  };
  const saved = async (press: () => Promise<void>): Promise<[Download, string]> => {
    const [download] = await Promise.all([browser.page.waitForEvent("download"), press()]);
    return [download, readFileSync(await download.path(), "utf8")];
  };

  test("traces: facets fill the query, a bad query says which term to drop", async () => {
    const { page } = browser;
    await visit("traces");
    await page
      .getByRole("checkbox", { name: /^support/ })
      .first()
      .check();
    await page.waitForURL(/q=agent/);
    await page
      .getByRole("checkbox", { name: /^support/ })
      .first()
      .uncheck();
    await visit("traces?q=tool%3Anever_called");
    await page.getByText("No trace fits the query").waitFor();
    await button(/^Drop/).click();
    await page.waitForURL((url) => !url.searchParams.has("q"));
  });

  test("traces: columns, time range, environment", async () => {
    const { page } = browser;
    await visit("traces");
    await button("Columns").click();
    await page.getByRole("checkbox", { name: "Thread" }).check();
    await page.waitForURL(/cols=.*thread/);
    await page.getByRole("columnheader", { name: "Thread" }).waitFor();
    await page.keyboard.press("Escape");
    await button(/^Time range/).click();
    await page
      .getByRole("menuitem", { name: /7 days/ })
      .or(button(/7 days/))
      .first()
      .click();
    await page.waitForURL(/range=7d/);
    await page.getByRole("combobox", { name: "Environment" }).click();
    await page.getByRole("option", { name: /Production/i }).click();
    await page.waitForURL(/env=PRODUCTION/);
  });

  test("traces: ordered by what they took", async () => {
    const { page } = browser;
    await visit("traces");
    await page.getByRole("combobox", { name: "Order" }).click();
    await page.getByRole("option", { name: "Slowest first" }).click();
    await page.waitForURL(/sort=-durationMs/);
    await page
      .getByRole("grid", { name: "Traces" })
      .getByText("Where is order 771?")
      .first()
      .waitFor();
  });

  test("traces: a view is saved, applied, renamed and deleted", async () => {
    const { page } = browser;
    await visit("traces?q=agent%3Asupport");
    await menu("Views", "Save this view");
    await dialog().getByLabel("Name").fill(`Support ${stamp}`);
    await dialog().getByLabel("Share with the project").check();
    await dialog().getByRole("button", { name: "Save view" }).click();
    await dialog().waitFor({ state: "detached" });
    await visit("traces");
    await menu("Views", new RegExp(`^shared Support ${stamp}`));
    await page.waitForURL(/q=agent/);
    await menu("Views", `Change Support ${stamp}`);
    await dialog().getByLabel("Name").fill(`Only ${stamp}`);
    await dialog().getByRole("button", { name: "Save view" }).click();
    await dialog().waitFor({ state: "detached" });
    await menu("Views", `Delete Only ${stamp}`);
    await page.getByText(`View Only ${stamp} deleted`).waitFor();
  });

  test("traces: chosen ones are exported and deleted", async () => {
    const { page } = browser;
    await visit("traces");
    for (const n of [1, 2])
      await page.getByRole("checkbox", { name: `Select trace ${filled.traceId}-${n}` }).check();
    const [file, text] = await saved(() => button("Export").click());
    expect(file.suggestedFilename()).toBe("traces-2.json");
    expect(text).toContain("Drop me 1");
    await button("Delete").click();
    await dialog().getByLabel("Type delete 2 to confirm").fill("delete 2");
    await dialog().getByRole("button", { name: "Delete traces" }).click();
    await page.getByText("2 traces deleted").waitFor();
    await page
      .getByRole("checkbox", { name: `Select trace ${filled.traceId}-1` })
      .waitFor({ state: "detached" });
  });

  test("trace: exported in three forms", async () => {
    await visit(`trace?id=${filled.traceId}`);
    for (const [name, sign] of [
      ["Export JSON", '"events"'],
      ["Export Mermaid", "flowchart"],
      ["Export OpenTelemetry", "resourceSpans"],
    ] as const) {
      const [, text] = await saved(() => menu("More", name));
      expect(text).toContain(sign);
    }
  });

  test("trace: its link is copied, its tags lead on", async () => {
    const { page } = browser;
    await visit(`trace?id=${filled.traceId}`);
    await button("Copy link").click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    await page.getByRole("link", { name: /^user user-7/ }).click();
    await page.getByRole("heading", { name: "user-7" }).waitFor();
    await page.getByRole("link", { name: "All traces" }).click();
    await page.waitForURL(/q=user/);
    await visit(`trace?id=${filled.traceId}`);
    await page.getByRole("link", { name: /^thread/ }).click();
    await page.waitForURL(/\/thread\?/);
  });

  test("live: new traces wait behind a button and never move what is read", async () => {
    const { page } = browser;
    await visit("traces");
    await page
      .getByRole("grid", { name: "Traces" })
      .getByText("Where is order 771?")
      .first()
      .waitFor();
    const topmost = () =>
      page
        .getByRole("checkbox", { name: /^Select trace/ })
        .first()
        .getAttribute("aria-label");
    const first = await topmost();
    await call(filled.key, `${filled.traceId}-live`, "Came in later");
    await button(/new$/).waitFor();
    expect(await topmost()).toBe(first);
    await button(/new$/).click();
    await page.getByRole("grid", { name: "Traces" }).getByText("Came in later").waitFor();
  });

  test("trace: deleted when its id is typed", async () => {
    const { page } = browser;
    const id = `${filled.traceId}-live`;
    await visit(`trace?id=${id}`);
    await menu("More", "Delete trace");
    await dialog().getByLabel(`Type ${id} to confirm`).fill(id);
    await dialog().getByRole("button", { name: "Delete trace" }).click();
    await page.getByText("Trace deleted").waitFor();
    await visit(`trace?id=${id}`);
    await page.getByText("There is no such trace in this project").waitFor();
  });

  test("providers: added, tested, edited, made default, deleted", async () => {
    const { page } = browser;
    const second = `second-${stamp}`;
    await visit("providers");
    await button("Add provider").click();
    await dialog().getByLabel("Name", { exact: true }).fill(second);
    await dialog().getByLabel("Slug").fill(second);
    await dialog().getByLabel("Base URL").fill(`${target.provider}/v1`);
    await dialog().getByLabel("API key").fill("a-wrong-key");
    await dialog().getByLabel("Default for its type").uncheck();
    await dialog().getByRole("button", { name: "Add provider" }).click();
    await dialog().waitFor({ state: "detached" });
    const panel = page.locator("section", { has: page.getByRole("heading", { name: second }) });
    await panel.getByRole("button", { name: "Test" }).click();
    await panel.getByText("key refused").first().waitFor();
    await menu(`More for ${second}`, "Edit");
    await dialog().getByLabel("API key").fill(target.providerKey);
    await dialog().getByRole("button", { name: "Save" }).click();
    await dialog().waitFor({ state: "detached" });
    await panel.getByRole("button", { name: "Test" }).click();
    await panel.getByText("works").waitFor();
    await menu(`More for ${second}`, "Make default");
    await panel.getByText("default", { exact: true }).waitFor();
    await menu(/^More for OpenAI/, "Make default");
    await panel.getByText("default", { exact: true }).waitFor({ state: "detached" });
    await menu(`More for ${second}`, "Delete");
    await dialog().getByRole("button", { name: "Delete provider" }).click();
    await page.getByText(`${second} deleted`).waitFor();
  });

  test("keys: made with limits, shown once, revoked", async () => {
    const { page } = browser;
    await visit("keys");
    await button("Create key").click();
    await dialog().getByLabel("Name").fill("Short-lived");
    await dialog().getByRole("button", { name: "Create key" }).click();
    await dialog()
      .getByText(/whyops_live_/)
      .waitFor();
    await dialog().getByRole("button", { name: "Copy key" }).click();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    expect(key).toMatch(/^whyops_live_/);
    await dialog()
      .getByRole("button", { name: /Done|copied|Close/i })
      .first()
      .click();
    await visit("keys");
    expect(await page.getByRole("main").textContent()).not.toContain(key);
    await button("Revoke Short-lived").click();
    await dialog()
      .getByRole("button", { name: /^Revoke/ })
      .click();
    await button("Revoke Short-lived").waitFor({ state: "detached" });
    await button(/^Show \d+ revoked/).click();
    await page.getByRole("table", { name: "Revoked API keys" }).getByText("Short-lived").waitFor();
    const refused = await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "X-Agent-Name": "x" },
      body: "{}",
    });
    expect(refused.status).toBe(401);
  });

  test("members: an open invite is revoked", async () => {
    await visit("members");
    await button("Invite").click();
    await dialog()
      .getByRole("button", { name: /^(Create|Invite|Make)/ })
      .click();
    await dialog().getByRole("button", { name: "Done" }).click();
    const invites = browser.page.getByRole("table", { name: "Open invites" });
    await invites.waitFor();
    const open = await invites.getByRole("button", { name: "Withdraw" }).count();
    await invites.getByRole("button", { name: "Withdraw" }).first().click();
    await eventually("one invite less", async () =>
      (await invites.getByRole("button", { name: "Withdraw" }).count()) < open ? true : undefined,
    );
  });

  test("settings: name, retention, and masking tried before it is saved", async () => {
    const { page } = browser;
    await visit("settings");
    await page
      .getByRole("form", { name: /^Project|Name/ })
      .getByLabel("Name")
      .fill(`Renamed ${stamp}`);
    await page
      .getByRole("form", { name: /^Project|Name/ })
      .getByRole("button", { name: "Save" })
      .click();
    await page.getByRole("button", { name: `Project Renamed ${stamp}. Switch project` }).waitFor();
    const recording = page.getByRole("form", { name: "Recording" });
    await recording.getByLabel("Days that traces are kept").fill("0");
    await recording.getByText("A number from 1 to 3650.").waitFor();
    await recording.getByLabel("Days that traces are kept").fill("60");
    await recording.getByRole("button", { name: "Add rule" }).click();
    await recording.getByRole("textbox", { name: "Name" }).fill("card");
    await recording.getByLabel("Pattern").fill("\\d{4}-\\d{4}");
    await recording.getByLabel("Try it on a text").fill("pay with 1234-5678 now");
    await recording.getByRole("button", { name: "Try" }).click();
    await recording.getByText("pay with [masked] now").waitFor();
    await recording.getByRole("button", { name: "Remove rule card" }).click();
    await recording.getByRole("button", { name: "Save" }).click();
    await page.getByText("Settings saved").waitFor();
  });

  test("settings: a wrong present password changes nothing", async () => {
    const { page } = browser;
    await visit("settings?tab=you");
    const form = page.getByRole("form", { name: "Your password" });
    await form.getByLabel("Present password").fill("not this one");
    await form.getByLabel("New password").fill("another good password");
    await form.getByRole("button", { name: "Change password" }).click();
    await form
      .getByText(/password/i)
      .nth(2)
      .waitFor();
    browser.faults.length = 0;
    await form.getByLabel("Present password").fill(owner.password);
    await form.getByLabel("New password").fill(owner.password);
    await form.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed").waitFor();
  });

  test("agent: sampling is saved", async () => {
    const { page } = browser;
    await visit("agents");
    await page.getByRole("grid", { name: "Agents" }).getByRole("link", { name: "support" }).click();
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByLabel("Traces that are kept (%)").fill("101");
    await page.getByText("A number from 0 to 100.").waitFor();
    await page.getByLabel("Traces that are kept (%)").fill("100");
    await button("Save").click();
    await page.getByText("Sampling saved").waitFor();
  });

  test("analytics: grouped, as a table, as CSV without formulas", async () => {
    const { page } = browser;
    await ingest(filled.key, [
      {
        traceId: `${filled.traceId}-formula`,
        agentName: "=HYPERLINK(1)",
        eventType: "agent_message",
        content: "x",
      },
    ]);
    await visit("analytics");
    await page.getByRole("combobox").first().click();
    await page.getByRole("option", { name: /agent/i }).click();
    await page.waitForURL(/by=agent/);
    await button(/table/i).first().click();
    await page.getByRole("table").first().waitFor();
    const [, text] = await saved(() =>
      button(/CSV|Download/i)
        .first()
        .click(),
    );
    expect(text).not.toMatch(/(^|[\n,"])=/);
  });

  test("theme and density are kept, and the person signs out", async () => {
    const { page } = browser;
    await visit("traces");
    await menu(/account and appearance/, /^Dark/);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(15, 17, 22)",
    );
    await menu(/account and appearance/, /^Compact/);
    await page.reload();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      "rgb(15, 17, 22)",
    );
    await menu(/account and appearance/, "Sign out");
    await page.waitForURL(/\/login/);
    await signIn(browser);
  });

  test("a project is made and deleted with its name typed", async () => {
    const { page } = browser;
    await menu(/Switch project/, "New project");
    await dialog().getByLabel("Name").fill("Throwaway");
    await dialog().getByRole("button", { name: "Create project" }).click();
    await page.getByRole("heading", { name: "Get started" }).waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await button("Delete project").click();
    await dialog().getByLabel("Type Throwaway to confirm").fill("Throwaway");
    await dialog().getByRole("button", { name: "Delete project" }).click();
    await page.getByText("Project deleted").waitFor();
  });
});
