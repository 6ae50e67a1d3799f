/** Builds events in the shape of the ingest API (contract: runtime events). */
import { uuid7 } from "./ids.js";
import { stringify } from "./json.js";

export const EVENT_BYTES_MAX = 1024 * 1024 - 4096;
const PREVIEW_CHARS = 64 * 1024;
const METADATA_KEPT = new Set(["tool", "model", "provider", "latencyMs", "finishReason"]);

/** A `Date`, ISO 8601 text with an offset, or epoch milliseconds. */
export type Timestamp = Date | string | number;

type Fields = Record<string, unknown>;

/** `place` has wire names (traceId, agentName, spanId, …); absent values are left out. */
export function build(
  eventType: string,
  place: Fields,
  content: unknown,
  metadata: Fields,
  timestamp: Timestamp | null | undefined,
): Fields {
  const event: Fields = { eventType, eventId: uuid7(), timestamp: wireTime(timestamp) };
  copyPresent(place, event);
  event["content"] = content === undefined ? null : content;
  const present = copyPresent(metadata, {});
  if (Object.keys(present).length > 0) event["metadata"] = present;
  return event;
}

/** JSON text, and whether its content had to be shortened to stay below the server's limit. */
export function encode(event: Fields): { text: string; truncated: boolean } {
  const encoded = stringify(event);
  if (fits(encoded)) return { text: encoded, truncated: false };
  const content = stringify(event["content"]);
  const short = {
    ...event,
    content: {
      truncated: true,
      bytes: Buffer.byteLength(content),
      preview: content.slice(0, PREVIEW_CHARS),
    },
  };
  const text = stringify(short);
  if (fits(text)) return { text, truncated: true };
  // The metadata is what is too big.
  const kept = Object.entries((event["metadata"] ?? {}) as Fields).filter(([name]) =>
    METADATA_KEPT.has(name),
  );
  return { text: stringify({ ...short, metadata: Object.fromEntries(kept) }), truncated: true };
}

function fits(text: string): boolean {
  // Three bytes at most for each UTF-16 unit: most events need no counting.
  return text.length * 3 <= EVENT_BYTES_MAX || Buffer.byteLength(text) <= EVENT_BYTES_MAX;
}

function wireTime(timestamp: Timestamp | null | undefined): string | number {
  if (timestamp === null || timestamp === undefined) return new Date().toISOString();
  if (timestamp instanceof Date) return timestamp.toISOString();
  return typeof timestamp === "number" ? Math.trunc(timestamp) : timestamp;
}

function copyPresent(from: Fields, to: Fields): Fields {
  for (const name in from) {
    const value = from[name];
    if (value !== null && value !== undefined) to[name] = value;
  }
  return to;
}
