/** Shapes time series for drawing: finished and unfinished parts apart, the same colour for a name. */
import type { Schemas } from "#/api/client";

type Timeseries = Schemas["Timeseries"];

export const SERIES_MAX = 8;

export interface Drawn {
  name: string | null;
  colour: number;
  solid: (number | null)[];
  /** The bucket that is still filling, joined to the last finished one. */
  dotted: (number | null)[];
}

export function drawnSeries(data: Timeseries): Drawn[] {
  const cut = data.unfinishedFrom ?? data.buckets.length;
  const names = data.series.slice(0, SERIES_MAX).map((s) => s.group ?? "");
  const colours = coloursOf(names);
  return data.series.slice(0, SERIES_MAX).map((series, index) => ({
    name: series.group,
    colour: colours[index] ?? 1,
    solid: series.points.map((p, i) => (i < cut ? p : null)),
    dotted: series.points.map((p, i) => (i >= cut - 1 ? p : null)),
  }));
}

/** A colour follows from the name, so that it is the same in every chart; a taken one moves on. */
export function coloursOf(names: readonly string[]): number[] {
  const taken = new Set<number>();
  const colours = new Map<string, number>();
  for (const name of names.toSorted()) {
    let colour = name === "" ? 0 : hash(name) % SERIES_MAX;
    while (taken.has(colour) && taken.size < SERIES_MAX) colour = (colour + 1) % SERIES_MAX;
    taken.add(colour);
    colours.set(name, colour + 1);
  }
  return names.map((n) => colours.get(n) ?? 1);
}

function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}

/** Buckets that keep a chart readable for a time range. */
export function intervalFor(lengthMs: number): "1m" | "5m" | "15m" | "1h" | "6h" | "1d" {
  const hours = lengthMs / 3_600_000;
  if (hours <= 1) return "1m";
  if (hours <= 6) return "5m";
  if (hours <= 24) return "15m";
  if (hours <= 24 * 7) return "1h";
  if (hours <= 24 * 45) return "6h";
  return "1d";
}
