/** Reads from the browser's own trace what a stretch of frames took. Pure, so that it is tested. */

export interface TraceEvent {
  name: string;
  ph: string;
  /** Microseconds, as the duration and the time on the processor. */
  ts: number;
  dur?: number;
  /** Time on the processor: what others on the machine take is not in it. */
  tdur?: number;
  pid: number;
  tid: number;
  id2?: { local?: string };
  args?: {
    name?: string;
    frame_reporter?: { state: string; has_main_animation: boolean; layer_tree_host_id: number };
  };
}

export const FRAME_CATEGORIES = [
  "toplevel",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "disabled-by-default-devtools.timeline.frame",
];

export interface Frames {
  /** Processor time of the page's main thread from each frame to the next, in milliseconds. */
  workMs: number[];
  /** From the refresh of each frame that reached the screen to the refresh of the one after it. */
  intervalMs: number[];
  /** From the refresh that a frame was begun for until it stood on the screen. */
  latencyMs: number[];
  /** Refreshes for which the page had something new and that showed nothing new. */
  dropped: number;
}

export function longestTask(events: readonly TraceEvent[]): number {
  const renderers = new Set(
    events.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain").map(thread),
  );
  return events
    .filter((e) => e.name === "RunTask" && e.ph === "X" && renderers.has(thread(e)))
    .reduce((most, task) => Math.max(most, (task.dur ?? 0) / 1000), 0);
}

/**
 * A frame here is one in which the page's animation callback ran. What ran before the first and
 * after the last of them is no part of the stretch.
 */
export function framesOf(events: readonly TraceEvent[]): Frames {
  const fired = events.filter((e) => e.name === "FireAnimationFrame").toSorted(byTime);
  const [first, last] = [fired[0], fired.at(-1)];
  if (!first || !last) return { workMs: [], intervalMs: [], latencyMs: [], dropped: 0 };
  return { workMs: workOf(events, fired), ...shownOf(events, first, last) };
}

function workOf(events: readonly TraceEvent[], fired: readonly TraceEvent[]): number[] {
  const main = fired[0] && thread(fired[0]);
  const tasks = events
    .filter((e) => e.name === "RunTask" && e.ph === "X" && thread(e) === main)
    .toSorted(byTime);
  const work: number[] = [];
  let next = 0;
  for (const task of tasks) {
    // The callback runs inside of the task that makes the frame, which is the frame's own.
    const firing = fired[next];
    if (firing && firing.ts >= task.ts && firing.ts < task.ts + (task.dur ?? 0)) {
      work.push(0);
      next++;
    }
    const frame = work.length - 1;
    if (frame >= 0) work[frame] = (work[frame] ?? 0) + (task.tdur ?? task.dur ?? 0) / 1000;
  }
  return work.slice(0, -1);
}

function shownOf(events: readonly TraceEvent[], first: TraceEvent, last: TraceEvent) {
  const reports = reportsOf(events, first.pid).filter(
    ({ begin }) => begin.ts >= first.ts && begin.ts <= last.ts,
  );
  const inState = (state: string) =>
    reports.filter(({ begin }) => begin.args?.frame_reporter?.state === `STATE_${state}`);
  // A partial one shows the frame of the compositor alone; the page's part comes with its own report.
  const shown = inState("PRESENTED_ALL").filter(
    ({ begin }) => begin.args?.frame_reporter?.has_main_animation,
  );
  const at = shown.map(({ begin }) => begin.ts);
  return {
    intervalMs: at.slice(1).map((ts, index) => (ts - (at[index] ?? ts)) / 1000),
    latencyMs: shown.map(({ begin, end }) => (end.ts - begin.ts) / 1000),
    dropped: inState("DROPPED").length,
  };
}

/** The browser's report of each frame; names are used again once a report has ended. */
function reportsOf(events: readonly TraceEvent[], pid: number) {
  const open = new Map<string, TraceEvent>();
  const reports: { begin: TraceEvent; end: TraceEvent }[] = [];
  for (const event of events
    .filter((e) => e.name === "PipelineReporter" && e.pid === pid)
    .toSorted(byTime)) {
    const name = event.id2?.local ?? "";
    const begin = open.get(name);
    if (event.ph === "b") open.set(name, event);
    else if (begin) {
      open.delete(name);
      reports.push({ begin, end: event });
    }
  }
  return reports.toSorted((a, b) => byTime(a.begin, b.begin));
}

const thread = (event: TraceEvent) => `${event.pid} ${event.tid}`;
const byTime = (a: TraceEvent, b: TraceEvent) => a.ts - b.ts;
