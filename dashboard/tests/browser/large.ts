/** DA-26 and DA-27: traces and payloads of any size keep the page small. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { LARGE_EVENTS, sendLarge, settled } from "./largeTrace";
import { type Filled, fill, ingest } from "./traffic";

const DOM_ROWS_MAX = 200;
/** What counts here is the size of the page; how fast it is, the bench measures. */
const LOADED_MS = 60_000;
const ROWS = '[role="row"], [role="listitem"], [role="treeitem"]';

describe.skipIf(!ready)("large content", () => {
  let browser: Watched;
  let filled: Filled;
  const large = `large-${Date.now().toString(36)}`;
  const odd = `${large}-odd`;

  beforeAll(async () => {
    browser = await openBrowser();
    const project = await signIn(browser);
    filled = await fill(browser, project);
    await sendLarge(filled.key, large);
    await ingest(filled.key, oddEvents(odd));
    await settled(browser, project, large, LARGE_EVENTS);
    await settled(browser, project, odd, 3);
    browser.faults.length = 0;
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
  });

  const rows = () => browser.page.locator(ROWS).count();
  const visit = (id: string, more = "") =>
    browser.page.goto(`${target.dashboard}/p/${filled.project}/trace?id=${id}${more}`);

  test.each([
    ["transcript", "region", "Transcript"],
    ["tree", "tree", "Spans"],
    ["timeline", "region", "Timeline"],
  ] as const)(
    "DA-26 the %s of 10,000 events holds few rows, wherever it is scrolled",
    async (view, role, name) => {
      const { page } = browser;
      await visit(large, `&view=${view}`);
      const area = page.getByRole(role, { name });
      await area.locator(ROWS).first().waitFor();
      await page
        .getByText(/^[\d,]+ of 10,000 events/)
        .waitFor({ state: "detached", timeout: LOADED_MS });
      expect(await rows()).toBeLessThanOrEqual(DOM_ROWS_MAX);
      for (const share of [0.5, 1]) {
        await area.evaluate(
          (element, part) => element.scrollTo(0, element.scrollHeight * part),
          share,
        );
        await area.locator(ROWS).first().waitFor();
        expect(await rows()).toBeLessThanOrEqual(DOM_ROWS_MAX);
      }
    },
  );

  test("a scrolled transcript watches the size of its rows, not of the values in them", async () => {
    const { page } = browser;
    await visit(large);
    const area = page.getByRole("region", { name: "Transcript" });
    await area.getByRole("tree").first().waitFor();
    const watched = await area.evaluate(async (element) => {
      const seen = { rows: 0, trees: 0 };
      const observe = ResizeObserver.prototype.observe;
      ResizeObserver.prototype.observe = function (target, options) {
        if (target.role === "listitem") seen.rows++;
        if (target.role === "tree") seen.trees++;
        return observe.call(this, target, options);
      };
      for (let frame = 0; frame < 20; frame++) {
        element.scrollBy(0, 400);
        await new Promise(requestAnimationFrame);
      }
      ResizeObserver.prototype.observe = observe;
      return seen;
    });
    expect(watched.rows).toBeGreaterThan(0);
    expect(watched.trees).toBe(0);
  });

  test("DA-26 the graph of 10,000 events draws what can be seen", async () => {
    await visit(large, "&view=graph");
    await browser.page.locator(".react-flow__node").first().waitFor({ timeout: LOADED_MS });
    expect(await browser.page.locator(".react-flow__node").count()).toBeLessThanOrEqual(
      DOM_ROWS_MAX,
    );
    await browser.page.getByText(/stretches of it stand as groups|around the selection/).waitFor();
  });

  test("DA-26 a single line of a megabyte is cut on the page and copied whole", async () => {
    const { page } = browser;
    await visit(odd);
    const transcript = page.getByRole("region", { name: "Transcript" });
    await transcript.getByText(/of 1,000,000 characters/).waitFor();
    expect((await transcript.textContent())?.length).toBeLessThan(50_000);
    await transcript.getByRole("button", { name: "Copy raw" }).first().click();
    expect(await page.evaluate(async () => (await navigator.clipboard.readText()).length)).toBe(
      1_000_000,
    );
  });

  test("DA-27 odd keys, many keys and deep nesting come in steps", async () => {
    const { page } = browser;
    await visit(odd);
    await page.getByRole("region", { name: "Transcript" }).getByText("__proto__").first().waitFor();
    expect(await rows()).toBeLessThanOrEqual(DOM_ROWS_MAX);
    for (const _ of [1, 2, 3]) await page.keyboard.press("j");
    await page.getByRole("combobox", { name: "Shape" }).click();
    await page.getByRole("option", { name: "JSON" }).click();
    await page
      .getByRole("complementary", { name: "Inspector" })
      .getByText(/key0/)
      .first()
      .waitFor();
    expect(await rows()).toBeLessThanOrEqual(DOM_ROWS_MAX);
    expect(browser.faults).toEqual([]);
  });

  test("a trace of more events than are read at once loads the rest when asked", async () => {
    const { page } = browser;
    const id = `${large}-more`;
    const events = LARGE_EVENTS + 400;
    await sendLarge(filled.key, id, events);
    await settled(browser, filled.project, id, events);
    await visit(id);
    await page.getByText("10,000 of 10,400 events").waitFor({ timeout: LOADED_MS });
    await page.getByRole("button", { name: "Load more" }).click();
    await page.getByText(/of 10,400 events/).waitFor({ state: "detached", timeout: LOADED_MS });
    expect(await rows()).toBeLessThanOrEqual(DOM_ROWS_MAX);
  });

  test("live: of a trace of many pages only the end is read again", async () => {
    const { page } = browser;
    const id = `${large}-live`;
    const said = (content: string, at: number) => ({
      traceId: id,
      agentName: "long-runner",
      eventType: "agent_message",
      timestamp: new Date(at).toISOString(),
      content,
    });
    const began = Date.now() - 60_000;
    const words = Array.from({ length: 2_500 }, (_, n) => said(`Word ${n}.`, began + n));
    await ingest(filled.key, words);
    await settled(browser, filled.project, id, words.length);
    await visit(id);
    const area = page.getByRole("region", { name: "Transcript" });
    await eventually("all words", async () =>
      (await area.locator('[aria-setsize="2500"]').count()) > 0 ? true : undefined,
    );
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.endsWith(`/api/traces/${id}`)) asked.push(search);
    });
    await ingest(filled.key, [said("One more word.", Date.now())]);
    await eventually("the new event", async () =>
      (await area.locator('[aria-setsize="2501"]').count()) > 0 ? true : undefined,
    );
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((search) => !search.includes("eventCursor="))).toEqual([]);
  });
});

function oddEvents(traceId: string): unknown[] {
  const base = { traceId, agentName: "odd" };
  let deep: unknown = "bottom";
  for (let i = 0; i < 60; i++) deep = { [`level${i}`]: deep };
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key${i}`, i]));
  return [
    { ...base, eventType: "agent_message", content: "x".repeat(1_000_000) },
    {
      ...base,
      eventType: "agent_message",
      content: JSON.parse('{"__proto__":{"a":1},"constructor":2,"":3}'),
    },
    { ...base, eventType: "agent_message", content: { many, deep } },
  ];
}
