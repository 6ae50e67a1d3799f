/** What can be done on the page of a trace, view by view and panel by panel. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Kit, kit } from "./kit";
import { settled } from "./largeTrace";
import { agentRun, type Filled, fill, ingest } from "./traffic";

const KEYS = 300;
const DEPTH = 70;
const CHARACTERS = 4000;

interface Stored {
  events: { id: string; eventType: string }[];
}

describe.skipIf(!ready)("a trace", () => {
  let browser: Watched;
  let filled: Filled;
  let on: Kit;
  const stamp = Date.now().toString(36);
  const runs = [`acted-${stamp}-a`, `acted-${stamp}-b`] as const;
  const wide = `acted-${stamp}-wide`;
  const deep = `acted-${stamp}-deep`;
  const stored = new Map<string, Stored["events"]>();

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    on = kit(browser, project);
    for (const run of runs) await agentRun(filled.key, run, "acting");
    await ingest(filled.key, wideEvents(wide));
    await settled(browser, project, filled.traceId, 13);
    await nested(filled.key, deep);
    await settled(browser, project, wide, 2);
    await settled(browser, project, deep, 2);
    for (const id of [filled.traceId, wide, deep, ...runs]) stored.set(id, await eventsOf(id));
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

  const eventsOf = (id: string) =>
    eventually(`the answers of ${id}`, async () => {
      const { events } = await api<Stored>(browser, "GET", `/traces/${id}`, filled.project);
      const answers = events.filter((e) => e.eventType === "llm_response").length;
      return id === wide || id === deep || answers >= 3 ? events : undefined;
    });
  const at = (id: string, more = "") => on.visit(`trace?id=${id}${more}`);
  const ids = (id: string, type: string) =>
    (stored.get(id) ?? []).filter((e) => e.eventType === type).map((e) => e.id);
  const first = (id: string, type: string) => ids(id, type)[0] ?? "";
  const chosen = (event: string) =>
    on.page.waitForURL((url) => url.searchParams.get("event") === event);

  test("the list is a press away, and so is every view", async () => {
    await at(runs[0]);
    for (const [tab, view] of [
      ["Tree", "tree"],
      ["Timeline", "timeline"],
      ["Graph", "graph"],
      ["Findings", "findings"],
    ] as const) {
      await on.page.getByRole("tab", { name: tab }).click();
      await on.page.waitForURL(new RegExp(`view=${view}`));
    }
    await on.page.getByRole("tab", { name: "Transcript" }).click();
    await on.page.getByRole("region", { name: "Transcript" }).waitFor();
    await on.page.getByRole("link", { name: "Back to traces" }).click();
    await on.page.waitForURL(/\/traces/);
  });

  test("an unknown trace leads to the list", async () => {
    await at("never-seen");
    await on.page.getByRole("link", { name: "To the traces" }).click();
    await on.page.waitForURL(/\/traces/);
    browser.faults.length = 0;
  });

  test("its agent leads to the agent's traces", async () => {
    await at(runs[0]);
    await on
      .main()
      .getByRole("link", { name: /acting/ })
      .first()
      .click();
    await on.page.waitForURL((url) => (url.searchParams.get("q") ?? "").includes("acting"));
  });

  test("[ and ] go from error to error", async () => {
    const errors = (stored.get(filled.traceId) ?? []).filter((e) => e.eventType === "error");
    await at(filled.traceId);
    await on.page
      .getByRole("region", { name: "Transcript" })
      .getByRole("listitem")
      .first()
      .waitFor();
    await on.page.keyboard.press("]");
    await on.page.waitForURL((url) => url.searchParams.has("event"));
    const nearest = on.parameter("event");
    await on.page.keyboard.press("]");
    await on.page.keyboard.press("[");
    await chosen(nearest ?? "");
    expect(errors.length).toBeGreaterThan(0);
  });

  test("transcript: a turn, a call and its result are chosen by their buttons", async () => {
    await at(runs[0]);
    const transcript = on.page.getByRole("region", { name: "Transcript" });
    await transcript.getByRole("button", { name: /^user/ }).first().click();
    await chosen(first(runs[0], "user_message"));
    await transcript
      .getByRole("button", { name: /^model/ })
      .first()
      .click();
    await chosen(first(runs[0], "llm_response"));
    await at(filled.traceId);
    await transcript.getByRole("button", { name: "details" }).first().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
  });

  test("transcript: what was said before, and what the model states, unfold and fold", async () => {
    await at(deep);
    const transcript = on.page.getByRole("region", { name: "Transcript" });
    const before = transcript.getByRole("button", { name: "2 messages as before" });
    await before.click();
    await before.and(on.page.locator('[aria-expanded="true"]')).waitFor();
    await before.click();
    await before.and(on.page.locator('[aria-expanded="false"]')).waitFor();
    await at(filled.traceId);
    const stated = transcript.getByRole("button", { name: /as stated by the model/ });
    await stated.click();
    await transcript.getByText("I should look at the carrier first.").waitFor();
    await stated.click();
    await transcript
      .getByText("I should look at the carrier first.")
      .waitFor({ state: "detached" });
  });

  test("transcript: a long text shows more and less", async () => {
    await at(wide);
    const transcript = on.page.getByRole("region", { name: "Transcript" });
    await transcript.getByRole("button", { name: "Show more" }).first().click();
    await transcript.getByText("4,000 of 4,000 characters").waitFor();
    await transcript.getByRole("button", { name: "Show less" }).click();
    await transcript.getByText("3,000 of 4,000 characters").waitFor();
  });

  test("tree: a span is folded, unfolded and chosen by pointer", async () => {
    await at(runs[0], "&view=tree");
    const tree = on.page.getByRole("tree", { name: "Spans" });
    await tree.getByRole("button", { name: "Fold" }).first().click();
    await tree.getByRole("button", { name: "Unfold" }).first().click();
    await tree.getByRole("treeitem").last().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
    await tree.locator('[aria-selected="true"]').waitFor();
  });

  test("timeline: idle time is squeezed, buttons and - zoom, a bar and its name are chosen", async () => {
    await at(runs[0], "&view=timeline");
    const timeline = on.page.getByRole("region", { name: "Timeline" });
    const squeeze = on.button("Squeeze idle time");
    await squeeze.click();
    await squeeze.and(on.page.locator('[aria-pressed="true"]')).waitFor();
    await on.button("Zoom in").click();
    const out = on.button("Zoom out");
    await out.click();
    await out.and(on.page.locator(":disabled")).waitFor();
    await on.page.keyboard.press("+");
    await on.page.keyboard.press("-");
    await out.and(on.page.locator(":disabled")).waitFor();
    await timeline.getByRole("button").first().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
    const before = on.parameter("event");
    await timeline.getByRole("listitem").last().locator("[aria-hidden][title]").first().click();
    await on.page.waitForURL((url) => url.searchParams.get("event") !== before);
  });

  test("graph: a node is chosen, buttons and keys zoom and fit, a folded one is stepped through", async () => {
    await at(runs[0], "&view=graph");
    const nodes = on.page.locator(".react-flow__node");
    await nodes.first().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
    const scale = () =>
      on.page
        .locator(".react-flow__viewport")
        .evaluate((e) => new DOMMatrix(getComputedStyle(e).transform).a);
    const changes = async (press: () => Promise<void>) => {
      const before = await scale();
      await press();
      await eventually("another scale", async () =>
        Math.abs((await scale()) - before) > 0.01 ? true : undefined,
      );
    };
    await changes(() => on.button("Zoom out").click());
    await changes(() => on.button("Zoom in").click());
    await changes(() => on.page.keyboard.press("-"));
    await changes(() => on.page.keyboard.press("+"));
    await on.button("Zoom out").click();
    await changes(() => on.page.keyboard.press("0"));
    await on.button("Zoom out").click();
    await changes(() => on.button("Fit").click());
    await on.choose(on.page.getByRole("combobox", { name: "Graph" }), /Aggregated/);
    await nodes.filter({ hasText: "×3" }).first().click();
    await on.page.getByText("1 of 3", { exact: true }).waitFor();
    await on.button("Next").click();
    await on.page.getByText("2 of 3", { exact: true }).waitFor();
    await on.button("Previous").click();
    await on.page.getByText("1 of 3", { exact: true }).waitFor();
  });

  test("graph: of the list a node is chosen", async () => {
    await at(runs[0], "&view=graph");
    await on.button("As list").click();
    const list = on.page.getByRole("grid", { name: "Nodes of the decision graph" });
    await list.getByRole("row").last().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
  });

  test("inspector: closed, shown and made wider, by key and by pointer", async () => {
    await at(runs[0], `&event=${first(runs[0], "llm_response")}`);
    await on.inspector().getByRole("button", { name: "Close inspector" }).click();
    await on.inspector().waitFor({ state: "detached" });
    await on.button("Show inspector").click();
    await on.inspector().waitFor();
    await on.button("Hide inspector").click();
    await on.inspector().waitFor({ state: "detached" });
    await on.button("Show inspector").click();
    const edge = on.page.getByRole("separator", { name: "Width of inspector" });
    const width = async () => Number(await edge.getAttribute("aria-valuenow"));
    const before = await width();
    await edge.focus();
    await on.page.keyboard.press("ArrowLeft");
    expect(await width()).toBeGreaterThan(before);
    const wider = await width();
    const box = await edge.boundingBox();
    const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 200];
    await on.page.mouse.move(x, y);
    await on.page.mouse.down();
    await on.page.mouse.move(x + 60, y, { steps: 4 });
    await on.page.mouse.up();
    expect(await width()).toBeLessThan(wider);
    await on.page.reload();
    await on.inspector().waitFor();
    expect(await width()).toBeLessThan(wider);
  });

  test("inspector: each panel by its tab, metadata and payload copied, each shape", async () => {
    await at(runs[0], `&event=${first(runs[0], "llm_response")}`);
    const tab = (name: string) => on.inspector().getByRole("tab", { name });
    for (const [name, panel] of [
      ["Usage & cost", "usage"],
      ["Timing", "timing"],
      ["Context", "context"],
      ["Why", "why"],
    ] as const) {
      await tab(name).click();
      await on.page.waitForURL((url) => url.searchParams.get("panel") === panel);
    }
    await tab("Metadata").click();
    await on.inspector().getByRole("button", { name: "Copy metadata" }).click();
    expect(typeof JSON.parse(await on.clipboard())).toBe("object");
    await tab("Payload").click();
    await on.inspector().getByRole("button", { name: "Copy raw" }).click();
    expect(await on.clipboard()).toContain("search_orders");
    const shape = on.inspector().getByRole("combobox", { name: "Shape" });
    await on.choose(shape, "Raw");
    await on.inspector().getByRole("region", { name: "Raw payload" }).waitFor();
    await on.choose(shape, "JSON");
    await on.inspector().getByRole("tree", { name: "Payload" }).waitFor();
    await on.choose(shape, "Chat");
    await on.page.waitForURL((url) => !url.searchParams.has("mode"));
  });

  test("JSON: folded, more of many, deeper and back, by pointer and by key", async () => {
    await at(wide, `&event=${ids(wide, "agent_message")[1]}&mode=json`);
    const tree = on.inspector().getByRole("tree", { name: "Payload" });
    const names = () => tree.getByRole("treeitem").count();
    await tree.getByText("key0").waitFor();
    const open = await names();
    await tree.getByRole("button", { name: "Fold" }).first().click();
    expect(await names()).toBeLessThan(open);
    await tree.getByRole("button", { name: "Unfold" }).first().click();
    await tree.focus();
    await on.page.keyboard.press("Home");
    await on.page.keyboard.press("ArrowLeft");
    expect(await names()).toBe(1);
    await on.page.keyboard.press("ArrowRight");
    await on.page.keyboard.press("End");
    await tree.getByText("200 of 300").waitFor();
    await tree.getByRole("button", { name: "Show more" }).click();
    await on.page.keyboard.press("End");
    await tree.getByText(`key${KEYS - 1}`, { exact: false }).waitFor();
    await at(deep, `&event=${first(deep, "user_message")}&mode=json`);
    await tree.getByText("messages").waitFor();
    await eventually(
      "the deepest level that is shown",
      async () => {
        if ((await tree.getByRole("button", { name: "Deeper levels" }).count()) > 0) return true;
        const folded = tree.getByRole("button", { name: "Unfold" });
        if ((await folded.count()) > 0) await folded.last().click();
        else await tree.evaluate((e) => e.scrollTo(0, e.scrollHeight));
        return undefined;
      },
      60,
    );
    await tree.getByRole("button", { name: "Deeper levels" }).click();
    await on.inspector().getByRole("button", { name: "Back to the top" }).click();
    await tree.getByText("messages").waitFor();
  });

  test("compare: the other is chosen of the recent ones, a step is opened, either trace is opened", async () => {
    await at(runs[0]);
    await on.menu("More", "Compare with another trace");
    await on.cancel();
    await on.menu("More", "Compare with another trace");
    await on.dialog().getByRole("combobox", { name: "A recent trace" }).click();
    await on.page.getByRole("option", { name: new RegExp(runs[1]) }).click();
    await on.dialog().getByRole("button", { name: "Compare" }).click();
    const steps = on.page.getByRole("grid", { name: "Steps of both" });
    await steps.getByText("search_orders").first().click();
    await on.page.waitForURL((url) => url.searchParams.has("event"));
    await on.main().getByRole("link", { name: runs[1] }).click();
    await on.page.waitForURL((url) => url.searchParams.get("id") === runs[1]);
  });
});

function wideEvents(traceId: string): unknown[] {
  const base = { traceId, agentName: "wide", eventType: "agent_message" };
  const many = Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key${i}`, i]));
  return [
    { ...base, content: "word ".repeat(CHARACTERS / 5) },
    { ...base, content: many },
  ];
}

/**
 * A call that resends what was said, with a part that is nested deeply: an SDK's events are bounded
 * in depth, what a call holds is kept as it came.
 */
async function nested(key: string, traceId: string): Promise<void> {
  let deep: unknown = "bottom";
  for (let level = DEPTH - 1; level >= 0; level--) deep = { [`level${level}`]: deep };
  const response = await fetch(`${target.gateway}/v1/chat/completions`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      "X-Agent-Name": "deep",
      "X-Trace-ID": traceId,
    },
    body: JSON.stringify({
      model: "gpt-4o-mini",
      messages: [
        { role: "user", content: "What is below?" },
        { role: "assistant", content: "Let me look." },
        { role: "user", content: [{ type: "text", text: "Deep.", deep }] },
      ],
    }),
  });
  if (!response.ok) throw new Error(`nested: ${response.status} ${await response.text()}`);
}
