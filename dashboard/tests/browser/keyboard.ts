/** From the list to a decision without a pointer. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { agentRun, type Filled, fill } from "./traffic";

describe.skipIf(!ready)("by keyboard alone", () => {
  let browser: Watched;
  let filled: Filled;
  const run = `keys-${Date.now().toString(36)}`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    await agentRun(filled.key, run, "typed");
    await eventually("the run", async () => {
      const { items } = await api<{ items: { traceId: string; llmCalls: number }[] }>(
        browser,
        "GET",
        "/traces?agent=typed",
        project,
      );
      return items.find((t) => t.traceId === run && t.llmCalls === 3);
    });
    await browser.page.goto(`${target.dashboard}/p/${project}/traces`);
    await browser.page.getByRole("grid", { name: "Traces" }).waitFor();
    browser.faults.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
  });

  const keys = async (...names: string[]) => {
    for (const name of names) await browser.page.keyboard.press(name);
  };
  const parameter = (name: string) => new URL(browser.page.url()).searchParams.get(name);

  test("/ goes to the query, whose fields complete; a bad query is blocked with its cause", async () => {
    const { page } = browser;
    await keys("/");
    await page.keyboard.type("agnt:typed");
    await keys("Enter");
    await page.getByText(/agent/i).first().waitFor();
    await page
      .getByText(/did you mean|nearest|unknown field/i)
      .first()
      .waitFor();
    await keys("Control+a");
    await page.keyboard.type("agent:typed ");
    await keys("Enter", "Escape");
    await page.waitForURL(/q=agent/);
  });

  test("j and Space peek, Enter opens", async () => {
    const { page } = browser;
    await page.getByRole("grid", { name: "Traces" }).focus();
    await keys("j", " ");
    await page.waitForURL(/peek=/);
    await keys("Escape");
    await page.waitForURL((url) => !url.searchParams.has("peek"));
    await keys("Enter");
    await page.waitForURL(/trace\?id=/);
    expect(parameter("id")).toBe(run);
  });

  test("1 to 4 change the view, n and p go from call to call", async () => {
    const { page } = browser;
    await page.getByRole("region", { name: "Transcript" }).waitFor();
    for (const [key, view] of [
      ["2", "tree"],
      ["3", "timeline"],
      ["4", "graph"],
    ] as const) {
      await keys(key);
      await page.waitForURL(new RegExp(`view=${view}`));
    }
    await keys("1", "n");
    await page.waitForURL(/event=/);
    const first = parameter("event");
    await keys("n");
    await page.waitForURL((url) => url.searchParams.get("event") !== first);
    await keys("p");
    await page.waitForURL((url) => url.searchParams.get("event") === first);
  });

  test("w, c, r, f and i work the inspector", async () => {
    const { page } = browser;
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await keys("w");
    await inspector.getByRole("heading", { name: "Called tools" }).waitFor();
    await keys("c");
    await inspector.getByText("nothing: the first call").waitFor();
    await page.getByRole("tab", { name: "Payload" }).focus();
    await keys("Enter", "r");
    await inspector.getByRole("region", { name: "Raw payload" }).waitFor();
    await keys("f");
    await page.keyboard.type("search_orders");
    await inspector.locator("mark").first().waitFor();
    await keys("Tab", "i");
    await inspector.waitFor({ state: "detached" });
  });

  test("folding, zooming and the errors have keys too", async () => {
    const { page } = browser;
    await keys("2");
    const tree = page.getByRole("tree", { name: "Spans" });
    await tree.waitFor();
    await keys("j");
    const rows = await tree.getByRole("treeitem").count();
    await keys("ArrowLeft");
    await page.waitForFunction(
      (before) => document.querySelectorAll('[role="treeitem"]').length < before,
      rows,
    );
    await keys("ArrowRight", "3");
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    await keys("+");
    await page.getByRole("button", { name: "Zoom out" }).and(page.locator(":enabled")).waitFor();
    await keys("0");
    await page.getByRole("button", { name: "Zoom out" }).and(page.locator(":disabled")).waitFor();
  });

  test("the palette leads to any page; l pauses live data; . copies the link", async () => {
    const { page } = browser;
    await keys(".");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    await keys("l");
    await page.getByRole("button", { name: /^Live data: paused/ }).waitFor();
    await keys("l", "Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await page.keyboard.type("ingest");
    await keys("Enter");
    await page.waitForURL(/\/ingestion/);
    expect(browser.faults).toEqual([]);
  });
});
