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

interface Figure {
  what: string;
  value: number;
  unit: string;
  bound: number;
}

const ROUNDS = 5;
const SCROLL_FRAMES = 180;
const ROWS = '[role="row"], [role="listitem"], [role="treeitem"]';

const figures: Figure[] = [];
/** Told at once, so that a run that is cut short has said how far it came. */
const note = (what: string, value: number, unit: string, bound: number) => {
  figures.push({ what, value, unit, bound });
  process.stdout.write(`${what}: ${value.toFixed(1)} ${unit} (bound ${bound})\n`);
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
    await measure(browser, `${target.dashboard}/p/${project}`, id);
  } finally {
    await browser.close();
  }
  report();
  expect(figures.length).toBeGreaterThan(0);
});

async function measure({ page, context }: Watched, base: string, id: string): Promise<void> {
  await page.addInitScript(watchPaints, ROWS);
  const cdp = await context.newCDPSession(page);
  await loading(page, cdp, `${base}/traces`, `${base}/trace?id=${id}`);
  await page.getByText(/^[\d,]+ of 10,000 events/).waitFor({ state: "detached", timeout: 120_000 });
  await changing(page);
  for (const [view, name] of [
    ["transcript", "Transcript"],
    ["timeline", "Timeline"],
  ] as const) {
    await page.goto(`${base}/trace?id=${id}&view=${view}`);
    await page
      .getByText(/^[\d,]+ of 10,000 events/)
      .waitFor({ state: "detached", timeout: 120_000 });
    await scrolling(page, cdp, name);
  }
  await cdp.send("HeapProfiler.enable");
  await cdp.send("HeapProfiler.collectGarbage");
  const used = (await cdp.send("Runtime.getHeapUsage")).usedSize;
  note("heap with the whole trace open", used / 2 ** 20, "MiB", 400);
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
    const events = traced(cdp);
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

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  /** Time on the processor: what others on the machine take is not in it. */
  tdur?: number;
  pid: number;
  tid: number;
  args?: { name?: string };
}

/** Starts the browser's own trace; the answer ends it and gives what it saw. */
function traced(cdp: CDPSession): () => Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }) => events.push(...(value as TraceEvent[]));
  cdp.on("Tracing.dataCollected", collect);
  const started = cdp.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: [
        "toplevel",
        "devtools.timeline",
        "disabled-by-default-devtools.timeline",
      ],
    },
  });
  return async () => {
    await started;
    const complete = new Promise<void>((resolve) =>
      cdp.once("Tracing.tracingComplete", () => resolve()),
    );
    await cdp.send("Tracing.end");
    await complete;
    cdp.off("Tracing.dataCollected", collect);
    return events;
  };
}

function longestTask(events: TraceEvent[]): number {
  return tasksOf(events).reduce((most, e) => Math.max(most, (e.dur ?? 0) / 1000), 0);
}

/** The tasks of the page's main thread. */
function tasksOf(events: TraceEvent[]): TraceEvent[] {
  const main = new Set(
    events
      .filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain")
      .map((e) => `${e.pid} ${e.tid}`),
  );
  return events.filter(
    (e) => e.ph === "X" && e.name === "RunTask" && main.has(`${e.pid} ${e.tid}`),
  );
}

/** Processor time of the main thread between each two frames, in milliseconds. */
function busyFrames(events: TraceEvent[]): number[] {
  const starts = events
    .filter((e) => e.name === "FireAnimationFrame")
    .map((e) => e.ts)
    .sort((a, b) => a - b);
  const tasks = tasksOf(events).sort((a, b) => a.ts - b.ts);
  let at = 0;
  return starts.map((_, frame) => {
    const end = starts[frame + 1] ?? Number.POSITIVE_INFINITY;
    let busy = 0;
    for (let task = tasks[at]; task && task.ts < end; task = tasks[++at])
      busy += (task.tdur ?? task.dur ?? 0) / 1000;
    return busy;
  });
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

async function scrolling(page: Page, cdp: CDPSession, name: string): Promise<void> {
  const events = traced(cdp);
  const { frames, rows } = await page.getByRole("region", { name }).evaluate(
    (area, { count, selector }) =>
      new Promise<{ frames: number[]; rows: number }>((resolve) => {
        const deltas: number[] = [];
        let most = 0;
        let last = performance.now();
        const step = () => {
          const now = performance.now();
          deltas.push(now - last);
          last = now;
          most = Math.max(most, document.querySelectorAll(selector).length);
          area.scrollBy(0, 120);
          if (deltas.length < count) requestAnimationFrame(step);
          else resolve({ frames: deltas.slice(5), rows: most });
        };
        requestAnimationFrame(step);
      }),
    { count: SCROLL_FRAMES, selector: ROWS },
  );
  const busy = busyFrames(await events());
  note(
    `work for a frame while the ${name.toLowerCase()} scrolls, p95`,
    quantile(busy, 0.95),
    "ms",
    16.7,
  );
  note(`frame while the ${name.toLowerCase()} scrolls, p95`, quantile(frames, 0.95), "ms", 16.7);
  note(`rows in the page, ${name.toLowerCase()}`, rows, "rows", 200);
}

function report(): void {
  const date = new Date().toISOString().slice(0, 10);
  const folder = fileURLToPath(new URL("../../../bench/results/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const line = ({ what, value, unit, bound }: Figure) => {
    const shown = value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US");
    return `| ${what} | ${shown} ${unit} | ${bound} ${unit} | ${value <= bound ? "met" : "missed"} |`;
  };
  writeFileSync(
    `${folder}browser-${date}.md`,
    `# Dashboard in the browser, ${date}

A trace of ${LARGE_EVENTS.toLocaleString("en-US")} events in a real server, Chromium without a display, 1440 by 900,
server and browser on one machine (${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}). Medians of
${ROUNDS} loads; tasks by the browser's trace, paints and frames by its timeline. A browser without a
display draws at 60 Hz at best, in software: 16.7 ms is one frame. The work for a frame is processor time
of the page's main thread, which others on the machine do not lengthen. Command: \`bash e2e/run.sh bench\`.
Load of the machine when it ended: ${loadavg()[0]?.toFixed(1)}.

| what | measured | bound | |
|---|---|---|---|
${figures.map(line).join("\n")}
`,
  );
}

beforeAll(() => {
  figures.length = 0;
});
