/**
 * What a user feels on a trace of 10,000 events, by the browser's own trace and timeline, against a
 * started server. Writes bench/results/browser-DATE.md. For a quiet machine: `bash e2e/run.sh bench`.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { CDPSession, Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { openBrowser, ready, signIn, target, type Watched } from "../browser/harness";
import { LARGE_EVENTS, sendLarge, settled } from "../browser/largeTrace";
import { fill } from "../browser/traffic";
import {
  FRAME_CATEGORIES,
  type Frames,
  framesOf,
  longestTask,
  MARKS,
  type TraceEvent,
} from "./frames";

interface Figure {
  what: string;
  value: number;
  unit: string;
  /** Absent where a figure only helps to read another. */
  bound: number | undefined;
}

const ROUNDS = 5;
/** Four events of a turn make three rows of the transcript. */
const DEEP_EVENTS = 66_800;
const SCROLL_FRAMES = 180;
const SCROLL_STEP_PX = 120;
const SETTLE_MS = 1000;
const FRAME_MS = 16.7;
/** A frame that takes 16.7 ms at the 95th percentile leaves one refresh in twenty without one. */
const MISSED_PERCENT_MAX = 5;
const DOM_ROWS_MAX = 80;
const ROWS = '[role="row"], [role="listitem"], [role="treeitem"]';

const figures: Figure[] = [];
/** Told at once, so that a run that is cut short has said how far it came. */
const note = (what: string, value: number, unit: string, bound?: number) => {
  figures.push({ what, value, unit, bound });
  process.stdout.write(`${what}: ${value.toFixed(1)} ${unit} (bound ${bound ?? "none"})\n`);
};
const median = (values: number[]) => quantile(values, 0.5);

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

test.skipIf(!ready)("a trace of 10,000 events", { timeout: 600_000 }, async () => {
  const browser = await openBrowser();
  browser.context.setDefaultTimeout(60_000);
  try {
    const project = await signIn(browser);
    const { key } = await fill(browser, project);
    const id = `bench-${Date.now().toString(36)}`;
    await sendLarge(key, id);
    await settled(browser, project, id, LARGE_EVENTS);
    await sendLarge(key, `${id}-deep`, DEEP_EVENTS);
    await settled(browser, project, `${id}-deep`, DEEP_EVENTS);
    await measure(browser, `${target.dashboard}/p/${project}`, id, `${id}-deep`);
  } finally {
    await browser.close();
  }
  report();
  expect(figures.length).toBeGreaterThan(0);
});

async function measure(
  { page, context }: Watched,
  base: string,
  id: string,
  deepId: string,
): Promise<void> {
  await page.addInitScript(watchPaints, ROWS);
  const cdp = await context.newCDPSession(page);
  await loading(page, cdp, `${base}/traces`, `${base}/trace?id=${id}`);
  await page.getByText(/^[\d,]+ of 10,000 events/).waitFor({ state: "detached", timeout: 120_000 });
  await changing(page);
  for (const [view, name] of [
    ["transcript", "Transcript"],
    ["timeline", "Timeline"],
  ] as const) {
    const whole = page.waitForResponse(
      async (answer) => answer.url().includes(`/api/traces/${id}`) && isLast(await answer.json()),
      { timeout: 120_000 },
    );
    await page.goto(`${base}/trace?id=${id}&view=${view}`);
    await page.getByRole("region", { name }).locator(ROWS).first().waitFor();
    const early = await scrolled(page, cdp, name);
    await whole;
    await page.waitForTimeout(SETTLE_MS);
    told(view, await scrolled(page, cdp, name));
    note(
      `frame while the ${view} scrolls and the rest of it loads, p95`,
      quantile(early.intervalMs, 0.95),
      "ms",
      FRAME_MS,
    );
  }
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  const used = (await cdp.send("Runtime.getHeapUsage")).usedSize;
  note("heap with the whole trace open", used / 2 ** 20, "MiB", 400);
  await deep(page, cdp, `${base}/trace?id=${deepId}`);
  await still(page);
}

/** A transcript of more than 50,000 rows: it is loaded whole and scrolled from its middle. */
async function deep(page: Page, cdp: CDPSession, trace: string): Promise<void> {
  await page.goto(trace);
  const area = page.getByRole("region", { name: "Transcript" });
  const more = page.getByRole("button", { name: "Load more" });
  const partial = page.getByText(/^[\d,]+ of [\d,]+ events/);
  await partial.waitFor();
  while ((await partial.count()) > 0) {
    if ((await more.count()) > 0) await more.click();
    await page.waitForTimeout(200);
  }
  const rows = await area.locator(ROWS).first().getAttribute("aria-setsize");
  note("rows of the long transcript", Number(rows), "rows");
  await area.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await page.waitForTimeout(SETTLE_MS);
  told("long transcript", await scrolled(page, cdp, "Transcript"));
}

/** Runs in the page: when the first rows stood, and which tasks were long. */
function watchPaints(rows: string): void {
  const seen = { first: 0, largest: 0, long: [] as { start: number; length: number }[] };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      seen.long.push({ start: entry.startTime, length: entry.duration });
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  const look = () => {
    if (document.querySelector(rows)) requestAnimationFrame(() => (seen.first = performance.now()));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function loading(page: Page, cdp: CDPSession, list: string, trace: string): Promise<void> {
  const paints: number[] = [];
  const firsts: number[] = [];
  const interactive: number[] = [];
  const tasks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto(list);
    await page.locator(ROWS).first().waitFor();
    await page.waitForTimeout(500);
    paints.push((await seenBy(page)).largest);
    await page.goto("about:blank");
    const events = await traced(cdp);
    await page.goto(trace);
    await page.locator(ROWS).first().waitFor();
    await page.waitForTimeout(3000);
    tasks.push(longestTask(await events()));
    const { first, long } = await seenBy(page);
    firsts.push(first);
    // Interactive when the rows stand and the task that held them up is over.
    const busy = long.filter((task) => task.start <= first + 50);
    interactive.push(Math.max(first, ...busy.map((task) => task.start + task.length)));
  }
  note("largest paint of the list of traces", median(paints), "ms", 1000);
  note("first screen of the trace", median(firsts), "ms", 1000);
  note("interactive", median(interactive), "ms", 2000);
  note("longest task while it loads", median(tasks), "ms", 200);
}

async function seenBy(page: Page) {
  return page.evaluate(
    () =>
      (
        window as unknown as {
          seen: { first: number; largest: number; long: { start: number; length: number }[] };
        }
      ).seen,
  );
}

/** Starts the browser's own trace; the answer ends it and gives what it saw. */
async function traced(cdp: CDPSession): Promise<() => Promise<TraceEvent[]>> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]));
  cdp.on("Tracing.dataCollected", collect);
  await cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: FRAME_CATEGORIES,
    },
  });
  return async () => {
    const complete = new Promise<void>((resolve) =>
      cdp.once("Tracing.tracingComplete", () => resolve()),
    );
    await cdp.send("Tracing.end");
    await complete;
    cdp.off("Tracing.dataCollected", collect);
    return events;
  };
}

async function changing(page: Page): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    for (const [key, selector] of [
      ["2", '[role="tree"] [role="treeitem"]'],
      ["3", '[aria-label="Timeline"] [role="listitem"]'],
      ["1", '[aria-label="Transcript"] [role="listitem"]'],
    ] as const) {
      // The listener stands before the key is pressed.
      await page.evaluate((wanted) => {
        const shown = new Promise<number>((resolve) => {
          const began = (event: KeyboardEvent) => {
            const look = () =>
              document.querySelector(wanted)
                ? requestAnimationFrame(() => resolve(performance.now() - event.timeStamp))
                : requestAnimationFrame(look);
            look();
          };
          window.addEventListener("keydown", began, { once: true, capture: true });
        });
        Object.assign(window, { shown });
      }, selector);
      await page.keyboard.press(key);
      times.push(
        await page.evaluate(() => (window as unknown as { shown: Promise<number> }).shown),
      );
    }
  note("change of view, median", median(times), "ms", 300);
}

/** An answer with the last page of a trace. */
const isLast = (answer: { nextEventCursor?: string | null }) => answer.nextEventCursor === null;

interface Scrolled extends Frames {
  between: number[];
  rows: number;
}

/** A page moves by itself in each frame, so that a frame that comes too late is seen to be missing. */
async function scrolled(page: Page, cdp: CDPSession, name: string): Promise<Scrolled> {
  const events = await traced(cdp);
  const moved = await page.getByRole("region", { name }).evaluate(scrollThrough, {
    count: SCROLL_FRAMES,
    selector: ROWS,
    step: SCROLL_STEP_PX,
    marks: MARKS,
  });
  const frames = framesOf(await events());
  expect(frames.intervalMs.length).toBeGreaterThan(SCROLL_FRAMES / 2);
  return { ...frames, ...moved };
}

function told(view: string, { workMs, intervalMs, latencyMs, dropped, between, rows }: Scrolled) {
  const missed = (100 * dropped) / (dropped + intervalMs.length + 1);
  note(`work for a frame while the ${view} scrolls, p95`, quantile(workMs, 0.95), "ms", FRAME_MS);
  note(`frame while the ${view} scrolls, p95`, quantile(intervalMs, 0.95), "ms", FRAME_MS);
  note(`refreshes that the scrolling ${view} missed`, missed, "%", MISSED_PERCENT_MAX);
  note(`from refresh to screen, ${view}, p95`, quantile(latencyMs, 0.95), "ms");
  note(`between two callbacks, ${view}, p95`, quantile(between, 0.95), "ms");
  note(`rows in the page, ${view}`, rows, "rows", DOM_ROWS_MAX);
}

/** What two callbacks lie apart where nothing at all is drawn: no page can be under it. */
async function still(page: Page): Promise<void> {
  await page.goto("about:blank");
  const { between } = await page
    .locator("html")
    .evaluate(scrollThrough, { count: SCROLL_FRAMES, selector: ROWS, step: 0, marks: MARKS });
  note("between two callbacks, empty page, p95", quantile(between, 0.95), "ms");
}

interface Scroll {
  count: number;
  selector: string;
  step: number;
  marks: typeof MARKS;
}

/** Runs in the page. */
function scrollThrough(
  area: Element,
  { count, selector, step, marks }: Scroll,
): Promise<{ between: number[]; rows: number }> {
  return new Promise((resolve) => {
    const between: number[] = [];
    let rows = 0;
    let last = performance.now();
    const next = () => {
      const now = performance.now();
      between.push(now - last);
      last = now;
      rows = Math.max(rows, document.querySelectorAll(selector).length);
      area.scrollBy(0, step);
      if (between.length < count) return requestAnimationFrame(next);
      performance.mark(marks.end);
      resolve({ between: between.slice(5), rows });
    };
    performance.mark(marks.start);
    requestAnimationFrame(next);
  });
}

const verdict = (value: number, bound: number) => (value <= bound ? "met" : "missed");

function report(): void {
  const date = new Date().toISOString().slice(0, 10);
  const folder = fileURLToPath(new URL("../../../bench/results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const line = ({ what, value, unit, bound }: Figure) => {
    const shown = value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US");
    const judged = bound === undefined ? "– | " : `${bound} ${unit} | ${verdict(value, bound)}`;
    return `| ${what} | ${shown} ${unit} | ${judged} |`;
  };
  writeFileSync(
    `${folder}browser-${date}${process.env.BENCH_SUFFIX ?? ""}.md`,
    `# Dashboard in the browser, ${date}

A trace of ${LARGE_EVENTS.toLocaleString("en-US")} events, and one of ${DEEP_EVENTS.toLocaleString("en-US")}, in a real server, Chromium without a display, 1440 by 900,
server and browser on one machine (${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}). Medians of
${ROUNDS} loads; tasks and frames by the browser's trace, paints by its timeline. Command:
\`bash e2e/run.sh bench\`. Load of the machine when it ended: ${loadavg()[0]?.toFixed(1)}.

While it scrolls, the page moves itself by ${SCROLL_STEP_PX} px in each of ${SCROLL_FRAMES} frames, with the whole trace
loaded unless a row says otherwise. A browser without a display refreshes 60 times a second and draws
in software.

- **Work for a frame**: processor time of the page's main thread from one frame to the next (scripts,
  style, layout, paint records); others on the machine do not lengthen it.
- **Frame**: from the refresh of one frame that reached the screen to the refresh of the next one, by
  the browser's own report of each frame. A refresh without a new frame makes it 33.3 ms.
- **Refreshes missed**: those that the same reports call dropped.
- **From refresh to screen**: how late a frame is, which adds to what a hand feels and not to the rate.
- **Between two callbacks**: when the page's own clock saw its animation callbacks run. They run after
  the scroll handlers of the frame, so that it holds their jitter; the empty page shows what is left
  of it where nothing is drawn.

| what | measured | bound | |
|---|---|---|---|
${figures.map(line).join("\n")}
`,
  );
}

beforeAll(() => {
  figures.length = 0;
});
