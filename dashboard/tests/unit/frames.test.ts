import { expect, test } from "vitest";
import { framesOf, longestTask, MARKS, type TraceEvent } from "../bench/frames";

const MAIN = { pid: 1, tid: 1 };
const REFRESH_US = 16_667;

const task = (ts: number, dur: number, tdur: number): TraceEvent => ({
  name: "RunTask",
  ph: "X",
  ts,
  dur,
  tdur,
  ...MAIN,
});
const fire = (ts: number): TraceEvent => ({ name: "FireAnimationFrame", ph: "X", ts, ...MAIN });
const report = (ts: number, endTs: number, state: string, main = true): TraceEvent[] => {
  const shared = { name: "PipelineReporter", pid: 1, tid: 2, id2: { local: "0x1" } };
  const args = {
    frame_reporter: {
      state: `STATE_${state}`,
      has_main_animation: main,
      layer_tree_host_id: 1,
    },
  };
  return [
    { ...shared, ph: "b", ts, args },
    { ...shared, ph: "e", ts: endTs, args: {} },
  ];
};
const between = (from: number, to: number, ...events: TraceEvent[]) => [
  { name: MARKS.start, ph: "I", ts: from, ...MAIN },
  ...events,
  { name: MARKS.end, ph: "I", ts: to, ...MAIN },
];
/** A frame whose callback runs after the scroll handlers, late in its task. */
const frame = (at: number, tdur: number) => [task(at, 9000, tdur), fire(at + 6000)];

test("the work of a frame is that of its own task and of those until the next one", () => {
  const { workMs } = framesOf([
    ...frame(0, 90_000),
    ...between(
      95_000,
      150_000,
      ...frame(100_000, 5000),
      task(110_000, 2000, 1000),
      ...frame(116_667, 4000),
      ...frame(133_334, 3000),
    ),
    task(150_001, 90_000, 90_000),
  ]);
  expect(workMs).toEqual([6, 4]);
});

test("several callbacks make one frame, another process's tasks are no work of the page", () => {
  const { workMs } = framesOf(
    between(
      0,
      50_000,
      ...frame(10, 5000),
      fire(6500),
      { ...task(9500, 3000, 3000), pid: 7 },
      ...frame(16_667, 4000),
      ...frame(33_334, 3000),
    ),
  );
  expect(workMs).toEqual([5, 4]);
});

test("a frame that comes a little late in its refresh is on time, one refresh without is twice as long", () => {
  const at = (refresh: number) => refresh * REFRESH_US;
  const { intervalMs, dropped } = framesOf(
    between(
      0,
      at(4),
      ...report(at(0), at(0) + 9000, "PRESENTED_ALL"),
      ...report(at(1), at(1) + 15_000, "PRESENTED_ALL"),
      ...report(at(2), at(2) + 16_000, "DROPPED"),
      ...report(at(3), at(3) + 9000, "PRESENTED_ALL"),
    ),
  );
  expect(intervalMs.map((ms) => Math.round(ms * 10) / 10)).toEqual([16.7, 33.3]);
  expect(dropped).toBe(1);
});

test("a frame of the compositor alone brings nothing of the page to the screen", () => {
  const { intervalMs, latencyMs } = framesOf(
    between(
      0,
      3 * REFRESH_US,
      ...report(0, 9000, "PRESENTED_ALL"),
      ...report(REFRESH_US, REFRESH_US + 9000, "PRESENTED_PARTIAL"),
      ...report(2 * REFRESH_US, 2 * REFRESH_US + 8000, "PRESENTED_ALL"),
    ),
  );
  expect(intervalMs).toEqual([(2 * REFRESH_US) / 1000]);
  expect(latencyMs).toEqual([9, 8]);
});

test("the longest task is looked for in pages only", () => {
  const named = { name: "thread_name", ph: "M", ts: 0, args: { name: "CrRendererMain" }, ...MAIN };
  expect(longestTask([named, task(0, 7000, 1), { ...task(0, 90_000, 1), pid: 7 }])).toBe(7);
});
