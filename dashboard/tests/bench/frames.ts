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
  "blink.user_timing",
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

/** What the page marks before its first and after its last frame. */
export const MARKS = { start: "frames-start", end: "frames-end" } as const;

/** A frame here is one in which an animation callback of the page ran, between the page's marks. */
export function framesOf(events: readonly TraceEvent[]): Frames {
  const start = events.find((e) => e.name === MARKS.start);
  const end = events.find((e) => e.name === MARKS.end);
  if (!start || !end) return { workMs: [], intervalMs: [], latencyMs: [], dropped: 0 };
  const within = events.filter((e) => e.ts >= start.ts && e.ts <= end.ts).toSorted(byTime);
  return {
    workMs: workOf(within.filter((e) => thread(e) === thread(start))),
    ...shownOf(reportsOf(events, start.pid), start.ts, end.ts),
  };
}

function workOf(ofMain: readonly TraceEvent[]): number[] {
  const fired = ofMain.filter((e) => e.name === "FireAnimationFrame").map((e) => e.ts);
  const work: number[] = [];
  let next = 0;
  for (const task of ofMain.filter((e) => e.name === "RunTask" && e.ph === "X")) {
    // The callbacks, of which a page may have several, run inside of the task that makes the frame.
    const until = task.ts + (task.dur ?? 0);
    while ((fired[next] ?? until) < task.ts) next++;
    if ((fired[next] ?? until) < until) work.push(0);
    while ((fired[next] ?? until) < until) next++;
    const frame = work.length - 1;
    if (frame >= 0) work[frame] = (work[frame] ?? 0) + (task.tdur ?? task.dur ?? 0) / 1000;
  }
  return work.slice(0, -1);
}

function shownOf(reports: readonly Report[], from: number, to: number) {
  const inState = (state: string) =>
    reports.filter(
      ({ begin }) =>
        begin.ts >= from && begin.ts <= to && begin.args?.frame_reporter?.state === state,
    );
  // A partial one shows the frame of the compositor alone; the page's part comes with its own report.
  const shown = inState("STATE_PRESENTED_ALL").filter(
    ({ begin }) => begin.args?.frame_reporter?.has_main_animation,
  );
  const at = shown.map(({ begin }) => begin.ts);
  return {
    intervalMs: at.slice(1).map((ts, index) => (ts - (at[index] ?? ts)) / 1000),
    latencyMs: shown.map(({ begin, end }) => (end.ts - begin.ts) / 1000),
    dropped: inState("STATE_DROPPED").length,
  };
}

interface Report {
  begin: TraceEvent;
  end: TraceEvent;
}

/** The browser's report of each frame; names are used again once a report has ended. */
function reportsOf(events: readonly TraceEvent[], pid: number): Report[] {
  const open = new Map<string, TraceEvent>();
  const reports: Report[] = [];
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
