/** Evidence in the browser: Why cards, context, graph, findings, comparison, versions. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { agentRun, type Filled, fill, ingest, initVersion, loopEvents } from "./traffic";

interface Listed {
  items: { traceId: string; status: string; findings: { high: number } }[];
}

describe.skipIf(!ready)("evidence", () => {
  let browser: Watched;
  let filled: Filled;
  const stamp = Date.now().toString(36);
  const runs = [`refund-${stamp}-a`, `refund-${stamp}-b`];
  const looping = `loop-${stamp}`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    for (const run of runs) await agentRun(filled.key, run);
    await ingest(filled.key, loopEvents(looping));
    for (const run of runs) await answers(run, 3);
    browser.faults.length = 0;
  });
  afterAll(async () => {
    await browser?.close();
  });

  const visit = (path: string) =>
    browser.page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
  interface Stored {
    events: { id: string; eventType: string }[];
  }
  const stored = (traceId: string) =>
    eventually(`the trace ${traceId}`, () =>
      api<Stored>(browser, "GET", `/traces/${traceId}`, filled.project).catch(() => undefined),
    );
  /** The ids of the answers of a trace, once as many are stored. */
  const answers = (traceId: string, wanted: number) =>
    eventually(`${wanted} answers of ${traceId}`, async () => {
      const { events } = await stored(traceId);
      const ids = events.filter((e) => e.eventType === "llm_response").map((e) => e.id);
      return ids.length >= wanted ? ids : undefined;
    });
  const inspector = () => browser.page.getByRole("complementary", { name: "Inspector" });

  /** The decision to pay back. */
  const visitSecond = async (panel: string) => {
    const [, second] = await answers(runs[0] ?? "", 3);
    await visit(`trace?id=${runs[0]}&event=${second}&panel=${panel}`);
    await inspector().getByRole("tab", { name: "Why" }).waitFor();
  };

  test("w opens the Why card: tools offered and chosen, each argument with its source", async () => {
    const { page } = browser;
    await visit(`trace?id=${runs[0]}`);
    await page.getByRole("region", { name: "Transcript" }).getByText("issue_refund").waitFor();
    for (const _ of [1, 2]) await page.keyboard.press("n");
    await page.keyboard.press("w");
    await inspector().getByRole("heading", { name: "Called tools" }).waitFor();
    await inspector().getByRole("heading", { name: "Tools offered: 3" }).waitFor();
    await inspector().getByRole("heading", { name: "Where the arguments come from" }).waitFor();
    await inspector().getByText("$.order_id").first().waitFor();
    await inspector().getByRole("heading", { name: "Evidence" }).waitFor();
    expect(page.url()).toContain("panel=why");
  });

  test("each line leads to its event", async () => {
    const { page } = browser;
    const { events } = await stored(runs[0] ?? "");
    const [, second] = await answers(runs[0] ?? "", 3);
    await visitSecond("why");
    const numbers = inspector().getByRole("button", { name: /^event \d+/ });
    await numbers.first().waitFor();
    const other = (await numbers.allTextContents())
      .map((text) => Number(/\d+/.exec(text)?.[0]))
      .find((number) => events[number - 1]?.id !== second);
    expect(other).toBeDefined();
    await inspector()
      .getByRole("button", { name: new RegExp(`^event ${other}\\b`) })
      .first()
      .click();
    const wanted = events[(other ?? 0) - 1]?.id;
    await page.waitForURL((url) => url.searchParams.get("event") === wanted);
  });

  test("the card is copied as text", async () => {
    const { page } = browser;
    await visitSecond("why");
    await inspector().getByRole("button", { name: "Copy as text" }).click();
    await inspector().getByText("Copied").waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain("issue_refund");
    expect(text).toContain("out of 3 tools");
    expect(text.split("\n").length).toBeGreaterThan(3);
  });

  test("c shows what the context gained", async () => {
    await visitSecond("why");
    await browser.page.keyboard.press("c");
    await inspector()
      .getByText(/kept, \d added/)
      .waitFor();
    await inspector().getByRole("heading", { name: "Added" }).waitFor();
  });

  test("an edited message is compared word by word", async () => {
    const { page } = browser;
    const traceId = `edited-${stamp}`;
    await edited(filled.key, traceId);
    await answers(traceId, 2);
    await visit(`trace?id=${traceId}`);
    await page.getByRole("region", { name: "Transcript" }).getByText("kind").first().waitFor();
    for (const _ of [1, 2]) await page.keyboard.press("n");
    await page.keyboard.press("c");
    const change = inspector().getByRole("region", { name: "What was edited" });
    await change.locator("del").getByText("brief").waitFor();
    await change.locator("ins").getByText("kind").waitFor();
  });

  test("a turn of the user says once whose it is", async () => {
    const { page } = browser;
    const traceId = `said-${stamp}`;
    const content = { messages: [{ role: "user", content: "Only this." }] };
    await ingest(filled.key, [
      { traceId, agentName: "said", eventType: "user_message", content, metadata: {} },
    ]);
    await stored(traceId);
    await visit(`trace?id=${traceId}`);
    const turn = page
      .getByRole("region", { name: "Transcript" })
      .getByRole("listitem")
      .filter({ hasText: "Only this." });
    await turn.waitFor();
    expect(await turn.getByText("user", { exact: true }).count()).toBe(1);
  });

  test("a broken cache prefix is told: why, where, and with both texts", async () => {
    const traceId = `cache-${stamp}`;
    await missed(filled.key, traceId);
    const last = (await answers(traceId, 2))[1];
    await visit(`trace?id=${traceId}&event=${last}&panel=context`);
    await inspector().getByRole("heading", { name: "Prompt cache" }).waitFor();
    await inspector().getByText("the start of the request changed").waitFor();
    await inspector().getByText("First difference").waitFor();
    await inspector()
      .getByText(/Monday/)
      .first()
      .waitFor();
    await inspector()
      .getByText(/Tuesday/)
      .first()
      .waitFor();
  });

  test("usage and cost stand class by class, the waterfall stage by stage", async () => {
    const { page } = browser;
    await visit(`trace?id=${runs[0]}`);
    await page.getByRole("region", { name: "Transcript" }).getByText("issue_refund").waitFor();
    await page.keyboard.press("n");
    await page.getByRole("tab", { name: "Usage & cost" }).click();
    await inspector().getByRole("columnheader", { name: "USD per 1M" }).waitFor();
    await inspector()
      .getByRole("row", { name: /^Input, uncached \d+ \$0\.15 \$0\.0/ })
      .waitFor();
    await page.getByRole("tab", { name: "Timing" }).click();
    await inspector().getByText("overhead in").waitFor();
    await inspector().getByText("first byte").waitFor();
  });

  test("in the graph the arrows follow the edges, and a list says the same", async () => {
    const { page } = browser;
    await visit(`trace?id=${runs[0]}&view=graph`);
    await page.getByRole("region", { name: "Decision graph" }).waitFor();
    await page.locator(".react-flow__node").first().waitFor();
    await page.keyboard.press("ArrowDown");
    const first = await chosen();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(
      (old) => new URL(window.location.href).searchParams.get("event") !== old,
      first,
    );
    await page.getByRole("button", { name: "As list" }).click();
    const list = page.getByRole("grid", { name: "Nodes of the decision graph" });
    await list
      .getByText(/tool called by the answer/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "As graph" }).click();
    await page.getByRole("combobox", { name: "Graph" }).click();
    await page.getByRole("option", { name: /Aggregated/ }).click();
    await page.locator(".react-flow__node").getByText("×3").waitFor();
    await page.getByRole("button", { name: "Next" }).waitFor({ state: "visible" });
  });

  async function chosen() {
    await browser.page.waitForFunction(() =>
      new URL(window.location.href).searchParams.has("event"),
    );
    return new URL(browser.page.url()).searchParams.get("event");
  }

  test("two traces are compared step by step, with both Why cards", async () => {
    const { page } = browser;
    await visit(`trace?id=${runs[0]}`);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Compare with another trace" }).click();
    await page.getByLabel("Trace id").fill(runs[1] ?? "");
    await page.getByRole("button", { name: "Compare" }).click();
    await page
      .getByRole("grid", { name: "Steps of both" })
      .getByText("search_orders")
      .first()
      .waitFor();
    const parted = page.getByRole("heading", { name: /^They part at step/ });
    const same = page.getByText("Every decision is the same in both.");
    await parted.or(same).waitFor();
    if (await parted.isVisible()) {
      await page.getByRole("region", { name: "Why card of this" }).waitFor();
      await page.getByRole("region", { name: "Why card of other" }).waitFor();
    }
    expect(page.url()).toContain(`with=${runs[1]}`);
  });

  test("findings come when the trace has closed, with their evidence", async () => {
    const { page } = browser;
    await eventually(
      "the findings of the loop",
      async () => {
        const { items } = await api<Listed>(
          browser,
          "GET",
          "/traces?agent=looper&status=ok",
          filled.project,
        );
        return items.find((t) => t.traceId === looping && t.findings.high > 0);
      },
      75,
    );
    await visit(`trace?id=${looping}&view=findings`);
    await page.getByText("IDENTICAL_TOOL_CALL_LOOP").first().waitFor();
    await page
      .getByRole("button", { name: /^Evidence 1/ })
      .first()
      .click();
    await chosen();
  }, 100_000);

  test("a finding is dismissed with a reason, and reopened", async () => {
    const { page } = browser;
    const card = page.getByRole("article").filter({ hasText: "IDENTICAL_TOOL_CALL_LOOP" });
    await card.getByRole("button", { name: "Dismiss" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Dismiss" }).isDisabled()).toBe(true);
    expect(await violations(browser)).toEqual([]);
    await dialog.getByLabel("Reason").fill("the carrier answers slowly");
    await dialog.getByRole("button", { name: "Dismiss" }).click();
    await card.getByText("dismissed").waitFor();
    await card.getByRole("button", { name: "Reopen" }).click();
    await card.getByRole("button", { name: "Dismiss" }).waitFor();
  });

  test("findings of a kind are suppressed for the agent, and the suppression ends", async () => {
    const { page } = browser;
    await visit(`trace?id=${looping}&view=findings`);
    const card = page.getByRole("article").filter({ hasText: "IDENTICAL_TOOL_CALL_LOOP" });
    await card.getByRole("button", { name: "Suppress" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("polls by design");
    expect(await violations(browser)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Suppress" }).click();
    await card.getByText("suppressed").waitFor();
    await visit("suppressions");
    const row = page.getByRole("row").filter({ hasText: "polls by design" });
    await row.getByText("agent looper").waitFor();
    await row.getByRole("button", { name: /^End the suppression/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End suppression" }).click();
    await page.getByText("Nothing is suppressed").waitFor();
  });

  test("the agent's page lists its findings, users and versions", async () => {
    const { page } = browser;
    const { items } = await api<{ items: { id: string; name: string }[] }>(
      browser,
      "GET",
      "/agents",
      filled.project,
    );
    const looper = items.find((a) => a.name === "looper")?.id;
    const refunds = items.find((a) => a.name === "refunds")?.id;
    await visit(`agent?id=${looper}`);
    await page.getByRole("tab", { name: "Findings" }).click();
    await page.getByText("IDENTICAL_TOOL_CALL_LOOP").first().waitFor();
    await page.getByRole("combobox", { name: "Severity" }).click();
    await page.getByRole("option", { name: "Low" }).click();
    await page.getByText("IDENTICAL_TOOL_CALL_LOOP").first().waitFor({ state: "detached" });
    await visit(`agent?id=${refunds}`);
    await page.getByRole("tab", { name: "Users" }).click();
    await page.getByRole("grid", { name: "Users of this agent" }).getByText("user-9").waitFor();
    await page.getByRole("tab", { name: "Stats" }).click();
    await page.getByRole("table", { name: "Tools" }).getByText("issue_refund").waitFor();
    await page.getByRole("tab", { name: "Behaviour" }).click();
    await page.getByText("Only one version yet").waitFor();
  });

  test("two versions: what changed in them, and how they behave", async () => {
    const { page } = browser;
    const agent = "changing";
    for (const prompt of ["Be brief.", "Be thorough."])
      await initVersion(filled.key, agent, prompt);
    const { items } = await api<{ items: { id: string; name: string }[] }>(
      browser,
      "GET",
      "/agents",
      filled.project,
    );
    await visit(`agent?id=${items.find((a) => a.name === agent)?.id}`);
    await page
      .getByRole("radio", { name: /^Compare from/ })
      .last()
      .click();
    await page
      .getByRole("region", { name: "System prompt, from and to" })
      .getByText("thorough")
      .waitFor();
    await page.getByRole("tab", { name: "Behaviour" }).click();
    await page.getByText("Too few traces for a verdict").waitFor();
    await page
      .getByRole("table", { name: "Figures of both versions" })
      .getByText("Cost, median")
      .waitFor();
    await page.getByRole("combobox", { name: "Version before" }).waitFor();
  });

  test("the console stayed empty", () => {
    expect(browser.faults).toEqual([]);
  });
});

async function edited(key: string, traceId: string): Promise<void> {
  for (const prompt of [
    "Be brief and clear in each answer.",
    "Be kind and clear in each answer.",
  ]) {
    const response = await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "X-Agent-Name": "edited",
        "X-Trace-ID": traceId,
      },
      body: JSON.stringify({
        model: "gpt-4o-mini",
        messages: [
          { role: "system", content: prompt },
          { role: "user", content: "Where is it?" },
        ],
      }),
    });
    expect(response.status).toBe(200);
    await response.text();
  }
}

/** Two calls with a long prompt of which the second changes the beginning. */
async function missed(key: string, traceId: string): Promise<void> {
  const rules = "Answer in the words of the shop, and never promise a day. ".repeat(150);
  for (const day of ["Monday", "Tuesday"]) {
    const response = await fetch(`${target.gateway}/v1/chat/completions`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${key}`,
        "Content-Type": "application/json",
        "X-Agent-Name": "dated",
        "X-Trace-ID": traceId,
      },
      body: JSON.stringify({
        model: "gpt-4o-mini",
        messages: [
          { role: "system", content: `Today is ${day}. ${rules} ${traceId}` },
          { role: "user", content: "Where is it?" },
        ],
      }),
    });
    expect(response.status).toBe(200);
    await response.text();
  }
}
