/** Every page, in both themes and two widths: nothing for axe to find, and a clean console. */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api, eventually, openBrowser, ready, signIn, target, type Watched } from "./harness";
import { type Filled, fill } from "./traffic";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const shots = process.env.WHYOPS_TEST_SHOTS;

const PAGES: [name: string, path: (filled: Filled) => string, sign: string | RegExp][] = [
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

interface Violation {
  id: string;
  nodes: { html: string; target: unknown }[];
}

declare const axe: {
  run: (root: unknown, options: unknown) => Promise<{ violations: Violation[] }>;
};

describe.skipIf(!ready).each([
  { width: 1440, dark: false },
  { width: 1440, dark: true },
  { width: 390, dark: false },
  { width: 390, dark: true },
])("pages at $width px, dark: $dark", ({ width, dark }) => {
  let browser: Watched;
  let filled: Filled;

  beforeAll(async () => {
    browser = await openBrowser({ width, dark });
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
  });

  test("dialogs", async () => {
    const { page, faults } = browser;
    faults.length = 0;
    for (const [path, button] of [
      ["providers", "Add provider"],
      ["keys", "Create key"],
      ["members", "Invite"],
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

async function violations({ page }: Watched): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    axe
      .run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
      .then((r) => r.violations),
  );
  return found.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => n.html.slice(0, 160))
        .join(" | ")}`,
  );
}
