/** Every page, in both themes and two widths: nothing for axe to find, and a clean console. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { agentRun, type Filled, fill, initVersion } from "./traffic";

const shots = process.env.WHYOPS_TEST_SHOTS;

/** What the addresses of pages name. */
interface Seen extends Filled {
  runs: readonly [string, string];
  /** The event of the first run that decides to pay back. */
  decision: string;
  /** Ids of agents: one with traffic, one with two versions. */
  running: string;
  versioned: string;
  /** Ids of the versions of the latter, the older one first. */
  pair: readonly [string, string];
}

const PAGES: [name: string, path: (seen: Seen) => string, sign: string | RegExp][] = [
  ["traces", () => "traces", "Where is order 771?"],
  ["traces-peek", (f) => `traces?peek=${f.traceId}`, "And when will it be here?"],
  ["trace-transcript", (f) => `trace?id=${f.traceId}`, "search_orders"],
  ["trace-tree", (f) => `trace?id=${f.traceId}&view=tree`, "carrier_status"],
  ["trace-timeline", (f) => `trace?id=${f.traceId}&view=timeline`, "Squeeze idle time"],
  ["trace-graph", (f) => `trace?id=${f.traceId}&view=graph`, "search_orders"],
  ["trace-findings", (f) => `trace?id=${f.traceId}&view=findings`, /./],
  ["threads", () => "threads", "Where is order 771?"],
  ["thread", (f) => `thread?id=${f.traceId}-thread`, "Where is order 771?"],
  ["users", () => "users", "user-7"],
  ["user", () => "user?id=user-7", "Latest traces"],
  ["agents", () => "agents", "support"],
  ["agent-versions", (f) => `agent?id=${f.versioned}`, "System prompt"],
  [
    "agent-versions-pair",
    (f) => `agent?id=${f.versioned}&a=${f.pair[0]}&b=${f.pair[1]}`,
    "Be thorough.",
  ],
  [
    "agent-behaviour",
    (f) => `agent?id=${f.versioned}&tab=behaviour`,
    /Too few traces|Cost, median/,
  ],
  ["agent-findings", (f) => `agent?id=${f.versioned}&tab=findings`, /finding/i],
  ["agent-stats", (f) => `agent?id=${f.running}&tab=stats`, "issue_refund"],
  ["agent-users", (f) => `agent?id=${f.running}&tab=users`, "user-9"],
  ["agent-settings", (f) => `agent?id=${f.running}&tab=settings`, "Traces that are kept (%)"],
  ["trace-why", (f) => `trace?id=${f.runs[0]}&event=${f.decision}&panel=why`, "Called tools"],
  ["trace-payload", (f) => `trace?id=${f.runs[0]}&event=${f.decision}&mode=raw`, "Copy raw"],
  [
    "trace-usage",
    (f) => `trace?id=${f.runs[0]}&event=${f.decision}&panel=usage`,
    "Input, uncached",
  ],
  [
    "trace-context",
    (f) => `trace?id=${f.runs[0]}&event=${f.decision}&panel=context`,
    /kept, .* added/,
  ],
  ["trace-compare", (f) => `trace?id=${f.runs[0]}&view=compare&with=${f.runs[1]}`, "search_orders"],
  ["analytics", () => "analytics", "Call latency, median"],
  ["connect", () => "connect", "Waiting for the first event"],
  ["providers", () => "providers", "OpenAI"],
  ["keys", () => "keys", "Traffic"],
  ["ingestion", () => "ingestion", "Accepted"],
  ["members", () => "members", "owner@example.com"],
  ["suppressions", () => "suppressions", /Nothing is suppressed|Reason/],
  ["settings", () => "settings", "Days that traces are kept"],
  ["settings-prices", () => "settings?tab=prices", "Prices of your own"],
  ["settings-findings", () => "settings?tab=findings", "IDENTICAL_TOOL_CALL_LOOP"],
  ["settings-you", () => "settings?tab=you", "Present password"],
];

/** Pages of which nothing scrolls sideways at any width. */
const FITTING = [
  "traces",
  "threads",
  "users",
  "user",
  "agents",
  "providers",
  "keys",
  "members",
  "settings-findings",
];

describe.skipIf(!ready).each([
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
])("pages at $width px, dark: $dark", ({ width, dark }) => {
  let browser: Watched;
  let filled: Seen;

  beforeAll(async () => {
    browser = await openBrowser({ width, dark });
    filled = await seen(browser, await signIn(browser));
  });
  afterAll(async () => {
    await browser?.close();
  });

  test.each(PAGES)("%s", async (name, path, sign) => {
    const { page, faults } = browser;
    faults.length = 0;
    await page.goto(`${target.dashboard}/p/${filled.project}/${path(filled)}`);
    try {
      await page.getByRole("main").getByText(sign).first().waitFor();
    } catch (error) {
      throw new Error(
        `${name} shows: ${(await page.getByRole("main").textContent())?.slice(0, 500)}`,
        { cause: error },
      );
    }
    await page.evaluate(() => document.fonts.ready);
    if (shots) {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({
        path: join(shots, `${name}-${width}-${dark ? "dark" : "light"}.png`),
      });
    }
    expect(await violations(browser)).toEqual([]);
    expect(faults).toEqual([]);
    expect(await tooWide(browser)).toBe(0);
    if (FITTING.includes(name)) expect(await scrollsSideways(browser)).toEqual([]);
  });

  test("dialogs", async () => {
    const { page, faults } = browser;
    faults.length = 0;
    for (const [path, button] of [
      ["providers", "Add provider"],
      ["keys", "Create key"],
      ["members", "Invite"],
      ["settings?tab=prices", "Add price"],
      ["settings?tab=prices", "Edit as JSON"],
      ["settings", "Delete project"],
    ] as const) {
      await page.goto(`${target.dashboard}/p/${filled.project}/${path}`);
      await page.getByRole("main").getByRole("button", { name: button }).first().click();
      await page.getByRole("dialog").waitFor();
      expect(await violations(browser)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    expect(await violations(browser)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys and help" }).waitFor();
    expect(await violations(browser)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

/** By how many pixels the page and its main part, not a part that may scroll, are too wide. */
function tooWide({ page }: Watched): Promise<number> {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("main")].reduce(
      (most, element) => Math.max(most, element.scrollWidth - element.clientWidth),
      0,
    ),
  );
}

/** Labels of the parts of the page that scroll sideways. */
function scrollsSideways({ page }: Watched): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("main, main *")]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth &&
          /auto|scroll/.test(getComputedStyle(element).overflowX),
      )
      .map((element) => element.getAttribute("aria-label") ?? element.className),
  );
}

let made: Promise<Seen> | undefined;

/** Made once for all themes and widths. */
function seen(browser: Watched, project: string): Promise<Seen> {
  made ??= make(browser, project);
  return made;
}

async function make(browser: Watched, project: string): Promise<Seen> {
  const filled = await fill(browser, project);
  const stamp = Date.now().toString(36);
  const runs = [`page-${stamp}-a`, `page-${stamp}-b`] as const;
  for (const run of runs) await agentRun(filled.key, run, "paged");
  for (const prompt of ["Be brief.", "Be thorough."])
    await initVersion(filled.key, "versioned", prompt);
  await eventually("the traces", async () => {
    const { items } = await api<{
      items: { traceId: string; eventCount: number; llmCalls: number }[];
    }>(browser, "GET", "/traces", project);
    const stored = (id: string, events: number, calls: number) =>
      items.some((t) => t.traceId === id && t.eventCount >= events && t.llmCalls >= calls);
    return stored(filled.traceId, 12, 3) && runs.every((run) => stored(run, 6, 3))
      ? true
      : undefined;
  });
  const { items } = await api<{ items: { id: string; name: string }[] }>(
    browser,
    "GET",
    "/agents",
    project,
  );
  const { events } = await api<{ events: { id: string; eventType: string }[] }>(
    browser,
    "GET",
    `/traces/${runs[0]}`,
    project,
  );
  const decision = events.filter((e) => e.eventType === "llm_response")[1]?.id ?? "";
  const idOf = (name: string) => items.find((a) => a.name === name)?.id ?? "";
  const versioned = idOf("versioned");
  const versions = await api<{ items: { id: string; createdAt: string }[] }>(
    browser,
    "GET",
    `/agents/${versioned}/versions`,
    project,
  );
  const [older, newer] = versions.items
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map((version) => version.id);
  const pair = [older ?? "", newer ?? ""] as const;
  return { ...filled, runs, decision, running: idOf("paged"), versioned, pair };
}
