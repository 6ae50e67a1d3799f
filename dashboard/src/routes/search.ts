/**
 * The address is the state. Every search parameter is text, so that an id like `123` or `null`
 * stays what it is, and an unknown or malformed one is dropped.
 */
import type { Environment } from "#/shell/session";

export type RawSearch = Record<string, string | undefined>;

export function parseSearch(text: string): RawSearch {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : "";
}

export const RANGES = ["15m", "1h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];

/** Orders of the list of traces; the newest first needs no mention. */
export const SORTS = ["startedAt", "-durationMs", "-cost", "-eventCount", "-errorCount"] as const;
export type Sort = (typeof SORTS)[number];

export interface ScopeSearch {
  env?: Environment | undefined;
  range?: Range | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const ENVIRONMENTS = ["PRODUCTION", "STAGING", "DEVELOPMENT"] as const;

export function scopeSearch(raw: RawSearch): ScopeSearch {
  const from = instant(raw.from);
  const to = instant(raw.to);
  return {
    env: oneOf(ENVIRONMENTS, raw.env),
    range: oneOf(RANGES, raw.range),
    from: from && to && from < to ? from : undefined,
    to: from && to && from < to ? to : undefined,
  };
}

export function oneOf<const T extends string>(
  values: readonly T[],
  value: string | undefined,
): T | undefined {
  return values.find((v) => v === value);
}

export function text(value: string | undefined, max = 2000): string | undefined {
  return value !== undefined && value !== "" && value.length <= max ? value : undefined;
}

function instant(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
