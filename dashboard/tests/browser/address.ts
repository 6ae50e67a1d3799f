/** The address is the state: reload, Back, pasted links, foreign ids, and signing in again. */
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
import { type Filled, fill } from "./traffic";

describe.skipIf(!ready)("addresses", () => {
  let browser: Watched;
  let filled: Filled;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
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
  });

  const at = (path: string, project = filled.project) => `${target.dashboard}/p/${project}/${path}`;
  const main = () => browser.page.getByRole("main");

  test.each([
    ["a query", "traces?q=agent%3Asupport&range=7d", "Where is order 771?"],
    ["columns", "traces?cols=agent,id", "Trace id"],
    ["an environment", "traces?env=STAGING", "No trace in this time range"],
    ["analytics by model", "analytics?by=model&range=7d", "gpt-4o-mini"],
  ])("%s outlives a reload", async (_, path, sign) => {
    const { page } = browser;
    await page.goto(at(path));
    await main().getByText(sign).first().waitFor();
    const before = page.url();
    await page.reload();
    await main().getByText(sign).first().waitFor();
    expect(page.url()).toBe(before);
  });

  test("view, event and panel of a trace outlive a reload", async () => {
    const { page } = browser;
    await page.goto(at(`trace?id=${filled.traceId}`));
    await page.getByRole("tab", { name: "Tree" }).click();
    await page.keyboard.press("n");
    await page.getByRole("tab", { name: "Metadata" }).click();
    await page.getByText("Trace chosen by").waitFor();
    const before = page.url();
    await page.reload();
    await page.getByRole("tree", { name: "Spans" }).waitFor();
    await page.getByText("Trace chosen by").waitFor();
    expect(page.url()).toBe(before);
  });

  test("Back undoes one step", async () => {
    const { page } = browser;
    await page.goto(at("traces"));
    await page
      .getByRole("checkbox", { name: /^support/ })
      .first()
      .check();
    await page.waitForURL(/q=agent/);
    await page
      .getByRole("grid", { name: "Traces" })
      .getByText("Where is order 771?")
      .first()
      .click();
    await page.waitForURL(/trace\?id=/);
    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.waitForURL(/view=timeline/);
    await page.goBack();
    expect(page.url()).not.toContain("view=");
    await page.goBack();
    await page.waitForURL(/traces\?.*q=agent/);
    await page.goBack();
    await page.waitForURL((url) => url.pathname.endsWith("/traces") && !url.searchParams.has("q"));
  });

  test.each([
    ["trace?id=never-seen", "There is no such trace in this project"],
    ["agent?id=agt_00D22E74PV00000000", "There is no such agent in this project"],
    ["thread?id=never-seen", /no such thread|No trace/i],
    ["user?id=never-seen", /no such user|No trace/i],
  ])("%s is unknown", async (path, sign) => {
    await browser.page.goto(at(path));
    await main().getByText(sign).first().waitFor();
  });

  test("DA-01 what belongs to another project is unknown in this one", async () => {
    const { page } = browser;
    const other = await api<{ id: string }>(browser, "POST", "/projects", undefined, {
      name: "Another project",
    });
    await page.goto(at(`trace?id=${filled.traceId}`, other.id));
    await main().getByText("There is no such trace in this project").waitFor();
    const { items } = await api<{ items: { id: string }[] }>(
      browser,
      "GET",
      "/agents",
      filled.project,
    );
    await page.goto(at(`agent?id=${items[0]?.id}`, other.id));
    await main().getByText("There is no such agent in this project").waitFor();
    await page.goto(at("traces", "prj_00000000000000000000"));
    await main().getByText("There is no such project").waitFor();
  });

  test("an address without a page says so", async () => {
    await browser.page.goto(`${target.dashboard}/nowhere`);
    await main().getByText("There is no page at this address").waitFor();
  });

  test("the sums in the head of a trace are those of the API", async () => {
    const { page } = browser;
    const trace = await api<{
      llmCalls: number;
      toolCalls: number;
      errorCount: number;
      tokens: { total: number };
      cost: { usd: string };
      events: {
        usage: { total: number } | null;
        cost: { usd: string | null };
        eventType: string;
      }[];
    }>(browser, "GET", `/traces/${filled.traceId}`, filled.project);
    const answers = trace.events.filter((e) => e.eventType === "llm_response");
    expect(answers).toHaveLength(trace.llmCalls);
    expect(answers.reduce((sum, e) => sum + (e.usage?.total ?? 0), 0)).toBe(trace.tokens.total);
    const usd = answers.reduce((sum, e) => sum + Number(e.cost.usd ?? 0), 0);
    expect(Number(trace.cost.usd)).toBeCloseTo(usd, 9);
    await page.goto(at(`trace?id=${filled.traceId}`));
    await main().getByText(`${trace.llmCalls} model calls`).waitFor();
    await main().getByText(`${trace.toolCalls} tool calls`).waitFor();
    await main().getByText(`${trace.tokens.total} tokens`, { exact: true }).first().waitFor();
  });

  test("a session that ends is renewed over the page, which stays", async () => {
    const { page } = browser;
    await page.goto(at(`trace?id=${filled.traceId}`));
    await main().getByText("search_orders").first().waitFor();
    await api(browser, "POST", "/auth/logout");
    await page.getByRole("tab", { name: "Graph" }).click();
    const dialog = page.getByRole("dialog", { name: "Sign in again" });
    await dialog.waitFor();
    await dialog.getByLabel("E-mail").fill(owner.email);
    await dialog.getByLabel("Password").fill(owner.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("region", { name: "Decision graph" }).waitFor();
    expect(page.url()).toContain(`id=${filled.traceId}`);
  });

  test("AU-09 signing in returns to the asked page, and never to another site", async () => {
    const { page } = browser;
    const asked = at(`trace?id=${filled.traceId}&view=tree`);
    await api(browser, "POST", "/auth/logout");
    await page.goto(asked);
    await page.waitForURL(/\/login/);
    await page.getByLabel("E-mail").fill(owner.email);
    await page.getByLabel("Password").fill(owner.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("tree", { name: "Spans" }).waitFor();
    expect(page.url()).toBe(asked);
    for (const evil of ["//evil.example", "/\\evil.example", "https:evil.example"]) {
      await api(browser, "POST", "/auth/logout");
      await page.goto(`${target.dashboard}/login?to=${encodeURIComponent(evil)}`);
      await page.getByLabel("E-mail").fill(owner.email);
      await page.getByLabel("Password").fill(owner.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL(`${target.dashboard}/p/**`);
    }
  });
});
