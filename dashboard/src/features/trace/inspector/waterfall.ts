/** The pieces of a proxied call's time, from the stamps that the server recorded. */
import type { Event } from "#/record/content";

export interface Piece {
  name: string;
  kind: "ours" | "waiting" | "first" | "streaming";
  startMs: number;
  lengthMs: number;
}

export interface Waterfall {
  totalMs: number;
  pieces: Piece[];
  /** False when single stamps were not recorded and the sums stand in for them. */
  exact: boolean;
}

const STAMPS = [
  "received",
  "routable",
  "sent",
  "bodySent",
  "upFirst",
  "upContent",
  "downFirst",
  "upLast",
  "downLast",
] as const;
type Stamp = (typeof STAMPS)[number];

export function waterfallOf(event: Event): Waterfall | null {
  const stamps = readStamps(event.metadata.stampsNanos);
  if (stamps) return fromStamps(stamps);
  const { latencyMs, ttftMs, overheadMs } = event;
  if (latencyMs === null) return null;
  const ours = overheadMs ?? 0;
  const pieces: Piece[] = [];
  if (overheadMs !== null)
    pieces.push({ name: "overhead", kind: "ours", startMs: 0, lengthMs: ours });
  if (ttftMs !== null) {
    const first = Math.min(ttftMs, Math.max(0, latencyMs - ours));
    pieces.push({ name: "to first token", kind: "first", startMs: ours, lengthMs: first });
    pieces.push({
      name: "to last token",
      kind: "streaming",
      startMs: ours + first,
      lengthMs: Math.max(0, latencyMs - ours - first),
    });
  } else {
    pieces.push({
      name: "provider",
      kind: "waiting",
      startMs: ours,
      lengthMs: Math.max(0, latencyMs - ours),
    });
  }
  return { totalMs: latencyMs, pieces, exact: false };
}

function fromStamps(at: Partial<Record<Stamp, number>>): Waterfall | null {
  const end = at.downLast ?? at.upLast;
  if (at.received === undefined || end === undefined) return null;
  const pieces: Piece[] = [];
  const add = (
    name: string,
    kind: Piece["kind"],
    from: number | undefined,
    to: number | undefined,
  ) => {
    if (from !== undefined && to !== undefined && to >= from)
      pieces.push({ name, kind, startMs: from - (at.received ?? 0), lengthMs: to - from });
  };
  add("request in", "waiting", at.received, at.routable);
  add("overhead in", "ours", at.routable, at.sent);
  add("request up", "waiting", at.sent, at.bodySent);
  add("first byte", "waiting", at.bodySent, at.upFirst);
  add("first token", "first", at.upFirst, at.upContent);
  add("to last token", "streaming", at.upContent ?? at.upFirst, at.upLast);
  add("overhead out", "ours", at.upLast, at.downLast);
  return { totalMs: end - at.received, pieces, exact: true };
}

/** Nanoseconds after `received`, by name; anything else is not understood. */
function readStamps(value: unknown): Partial<Record<Stamp, number>> | null {
  if (typeof value !== "object" || value === null) return null;
  const result: Partial<Record<Stamp, number>> = {};
  for (const stamp of STAMPS) {
    const nanos = (value as Record<string, unknown>)[stamp];
    if (typeof nanos === "number") result[stamp] = nanos / 1e6;
  }
  if (result.received === undefined && Object.keys(result).length > 0) result.received = 0;
  return Object.keys(result).length >= 3 ? result : null;
}
