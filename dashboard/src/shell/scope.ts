/** Environment and time range of the address, as queries need them. */
import { useSearch } from "@tanstack/react-router";
import type { Range } from "#/routes/search";
import type { Environment } from "./session";

const RANGE_MS: Record<Range, number> = {
  "15m": 15 * 60_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
};

export const RANGE_WORD: Record<Range, string> = {
  "15m": "Last 15 minutes",
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};

export interface TimeRange {
  /** Stable while the choice is the same, for query keys. */
  key: string;
  range: Range | null;
  resolve: () => { from: string; to?: string };
  /** Length in milliseconds. */
  length: number;
}

export function useEnvironment(): Environment | undefined {
  return useSearch({ from: "/p/$project" }).env;
}

export function useTimeRange(): TimeRange {
  const { range = "24h", from, to } = useSearch({ from: "/p/$project" });
  if (from && to) {
    return {
      key: `${from}/${to}`,
      range: null,
      resolve: () => ({ from, to }),
      length: Date.parse(to) - Date.parse(from),
    };
  }
  return {
    key: range,
    range,
    resolve: () => ({ from: new Date(Date.now() - RANGE_MS[range]).toISOString() }),
    length: RANGE_MS[range],
  };
}
