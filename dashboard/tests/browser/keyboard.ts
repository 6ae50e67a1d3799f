/** From the list to a decision without a pointer. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { agentRun, type Filled, fill } from "./traffic";

describe.skipIf(!ready)("by keyboard alone", () => {
  let browser: Watched;
  let filled: Filled;
  let firstCall: string;
  const run = `keys-${Date.now().toString(36)}`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    await agentRun(filled.key, run, "typed");
    const { events } = await eventually("the run", async () => {
      const trace = await api<{ llmCalls: number; events: { id: string; eventType: string }[] }>(
        browser,
        "GET",
        `/traces/${run}`,
        project,
      ).catch(() => undefined);
      return trace?.llmCalls === 3 ? trace : undefined;
    });
    firstCall = events.find((e) => e.eventType === "llm_response")?.id ?? "";
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

  const keys = async (...names: string[]) => {
    for (const name of names) await browser.page.keyboard.press(name);
  };
  const parameter = (name: string) => new URL(browser.page.url()).searchParams.get(name);

  /** Each test begins at an address of its own, with nothing in focus. */
  const atList = async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/p/${filled.project}/traces?q=agent%3Atyped`);
    await page.getByRole("grid", { name: "Traces" }).getByText("typed").first().waitFor();
  };
  const atFirstCall = async (more = "") => {
    const { page } = browser;
    await page.goto(
      `${target.dashboard}/p/${filled.project}/trace?id=${run}&event=${firstCall}${more}`,
    );
    await inspector().getByRole("tab", { name: "Payload" }).waitFor();
  };
  const inspector = () => browser.page.getByRole("complementary", { name: "Inspector" });

  test("/ goes to the query, whose fields complete; a bad query is blocked with its cause", async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/p/${filled.project}/traces`);
    await page.getByRole("grid", { name: "Traces" }).waitFor();
    await keys("/");
    await page.keyboard.type("agnt:typed");
    await keys("Enter");
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
    await atList();
    await page.getByRole("grid", { name: "Traces" }).focus();
    await keys("j", " ");
    await page.waitForURL(/peek=/);
    await keys("Escape");
    await page.waitForURL((url) => !url.searchParams.has("peek"));
    await keys("Enter");
    await page.waitForURL(/trace\?id=/);
    expect(parameter("id")).toBe(run);
  });

  test("1 to 4 change the view", async () => {
    const { page } = browser;
    await atFirstCall();
    for (const [key, view] of [
      ["2", "tree"],
      ["3", "timeline"],
      ["4", "graph"],
    ] as const) {
      await keys(key);
      await page.waitForURL(new RegExp(`view=${view}`));
    }
    await keys("1");
    await page.waitForURL((url) => !url.searchParams.has("view"));
    await page.getByRole("region", { name: "Transcript" }).waitFor();
  });

  test("n and p go from call to call", async () => {
    const { page } = browser;
    await page.goto(`${target.dashboard}/p/${filled.project}/trace?id=${run}`);
    await page
      .getByRole("region", { name: "Transcript" })
      .getByText("search_orders")
      .first()
      .waitFor();
    await keys("n");
    await page.waitForURL((url) => url.searchParams.get("event") === firstCall);
    await inspector().getByRole("tab", { name: "Payload" }).waitFor();
    await keys("n");
    await page.waitForURL((url) => url.searchParams.get("event") !== firstCall);
    await keys("p");
    await page.waitForURL((url) => url.searchParams.get("event") === firstCall);
  });

  test("w, c, r and i work the inspector", async () => {
    await atFirstCall();
    await keys("w");
    await inspector().getByRole("heading", { name: "Called tools" }).waitFor();
    await keys("c");
    await inspector().getByText("nothing: the first call").waitFor();
    await keys("r");
    await inspector().getByRole("region", { name: "Raw payload" }).waitFor();
    await keys("i");
    await inspector().waitFor({ state: "detached" });
    await keys("i");
    await inspector().waitFor();
  });

  test.each([
    ["the Why card", "&panel=why"],
    ["the payload as chat", ""],
    ["the payload as text", "&mode=raw"],
    ["a closed inspector", "&side=closed"],
  ])("f from %s looks for what is typed at once, and loses no letter of it", async (_, more) => {
    const { page } = browser;
    await atFirstCall(more.includes("closed") ? "" : more);
    if (more.includes("closed")) {
      await keys("i");
      await inspector().waitFor({ state: "detached" });
    }
    await keys("f");
    await page.keyboard.type("search_orders");
    const field = inspector().getByRole("searchbox", { name: "Find in the payload" });
    expect(await field.inputValue()).toBe("search_orders");
    await inspector().locator("mark").getByText("search_orders").first().waitFor();
    await inspector()
      .getByText(/^1 of \d+$/)
      .waitFor();
    await keys("Shift+Enter");
    await inspector()
      .getByText(/^(\d+) of \1$/)
      .waitFor();
    await keys("Escape");
    await inspector().locator("mark").first().waitFor({ state: "detached" });
  });

  test("the arrows fold and unfold the tree", async () => {
    const { page } = browser;
    await atFirstCall("&view=tree");
    const tree = page.getByRole("tree", { name: "Spans" });
    await tree.getByRole("treeitem").first().waitFor();
    await tree.focus();
    await tree.locator('[aria-selected="true"]').waitFor();
    const folded = tree.locator('[aria-expanded="false"]');
    await keys("ArrowLeft");
    await folded.waitFor();
    await keys("ArrowRight");
    await folded.waitFor({ state: "detached" });
  });

  test("+ and 0 zoom the timeline", async () => {
    const { page } = browser;
    await atFirstCall("&view=timeline");
    const out = page.getByRole("button", { name: "Zoom out" });
    await out.and(page.locator(":disabled")).waitFor();
    await keys("+");
    await out.and(page.locator(":enabled")).waitFor();
    await keys("0");
    await out.and(page.locator(":disabled")).waitFor();
  });

  test("l pauses live data, . copies the link", async () => {
    const { page } = browser;
    await atFirstCall();
    await keys(".");
    await page.waitForFunction(
      async () => (await navigator.clipboard.readText()) === window.location.href,
    );
    await keys("l");
    await page.getByRole("button", { name: /^Live data: paused/ }).waitFor();
    await keys("l");
    await page.getByRole("button", { name: /^Live data: paused/ }).waitFor({ state: "detached" });
  });

  test("the palette leads to any page", async () => {
    const { page } = browser;
    await atFirstCall();
    await keys("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await page.keyboard.type("ingest");
    await keys("Enter");
    await page.waitForURL(/\/ingestion/);
  });
});
