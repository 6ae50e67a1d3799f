/** Places instants on the width of a timeline; long idle times can be squeezed. */
export interface Interval {
  startMs: number;
  endMs: number;
}

export interface Scale {
  /** 0 to 1. */
  at: (ms: number) => number;
  /** Idle times that were squeezed. */
  gaps: Interval[];
  ticks: { at: number; ms: number }[];
  totalMs: number;
}

const IDLE_SHARE = 0.04;
const IDLE_MIN_MS = 1000;
const SQUEEZED_SHARE = 0.02;

/** From the first start to the last end, with the times in which nothing ran. */
export interface Frame extends Interval {
  idle: Interval[];
}

export function frameOf(intervals: readonly Interval[]): Frame {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const interval of intervals) {
    startMs = Math.min(startMs, interval.startMs);
    endMs = Math.max(endMs, interval.endMs);
  }
  if (!Number.isFinite(startMs) || endMs <= startMs) return { startMs: 0, endMs: 0, idle: [] };
  const least = Math.max(IDLE_MIN_MS, (endMs - startMs) * IDLE_SHARE);
  return { startMs, endMs, idle: idleTimes(intervals, least) };
}

export function timeScale(frame: Frame, squeeze: boolean, tickCount = 6): Scale {
  const { startMs: start, endMs: end } = frame;
  if (end <= start) return { at: () => 0, gaps: [], ticks: [], totalMs: 0 };
  const gaps = squeeze ? frame.idle : [];
  const removed = gaps.reduce((sum, g) => sum + (g.endMs - g.startMs), 0);
  const busy = end - start - removed;
  const squeezed = busy * SQUEEZED_SHARE;
  const width = busy + gaps.length * squeezed;
  const at = (ms: number): number => {
    let position = Math.max(start, Math.min(end, ms)) - start;
    for (const gap of gaps) {
      const length = gap.endMs - gap.startMs;
      if (ms <= gap.startMs) break;
      position -=
        ms >= gap.endMs ? length - squeezed : (ms - gap.startMs) * (1 - squeezed / length);
    }
    return position / width;
  };
  return { at, gaps, ticks: ticksOf(start, end, at, tickCount), totalMs: end - start };
}

function idleTimes(intervals: readonly Interval[], least: number): Interval[] {
  const sorted = intervals.toSorted((a, b) => a.startMs - b.startMs);
  const gaps: Interval[] = [];
  let until = sorted[0]?.endMs ?? 0;
  for (const interval of sorted) {
    if (interval.startMs - until >= least) gaps.push({ startMs: until, endMs: interval.startMs });
    until = Math.max(until, interval.endMs);
  }
  return gaps;
}

const STEPS = [1, 2, 5];

function ticksOf(
  start: number,
  end: number,
  at: (ms: number) => number,
  wanted: number,
): Scale["ticks"] {
  const rough = (end - start) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((s) => s * power >= rough) ?? 10) * power;
  const ticks: Scale["ticks"] = [];
  for (let ms = 0; ms <= end - start && ticks.length < 200; ms += step) {
    const place = at(start + ms);
    const previous = ticks.at(-1);
    if (!previous || place - previous.at > 0.04) ticks.push({ at: place, ms });
  }
  return ticks;
}
