/** The figures of a comparison of versions, in words. */
import type { Schemas } from "#/api/client";
import { count, duration, percent, UNKNOWN, usd } from "#/format/format";

type Metric = Schemas["Metric"];

export const METRIC_WORD: Record<Metric["name"], string> = {
  failed_traces: "Traces that failed",
  traces_with_tool_errors: "Traces with a tool error",
  traces_with_misused_tools: "Traces with a tool misused",
  duration: "Duration, median",
  model_latency: "Model latency, median",
  cost: "Cost, median",
  tokens: "Tokens, median",
  model_calls: "Model calls, median",
  tool_errors: "Errors of",
};

export const VERDICT: Record<Metric["verdict"], string> = {
  better: "better",
  worse: "worse",
  no_clear_change: "no clear change",
  too_few: "too few traces",
};

export function valueText(unit: Metric["unit"], value: number | null): string {
  if (value === null) return UNKNOWN;
  switch (unit) {
    case "share":
      return percent(value);
    case "us":
      return duration(value / 1000);
    case "nanoUsd":
      return usd((value / 1e9).toFixed(12));
    case "tokens":
    case "calls":
      return Number.isInteger(value) ? count(value) : value.toFixed(1);
  }
}

/** A difference of shares in points, a ratio of medians as a change in percent. */
export function effectText({ effect, effectKind }: Metric): string {
  return changeText(effect, effectKind);
}

export function intervalText({ ci95, effectKind }: Metric): string {
  const [low, high] = ci95 ?? [];
  if (low === undefined || high === undefined) return UNKNOWN;
  return `${changeText(low, effectKind)} to ${changeText(high, effectKind)}`;
}

function changeText(effect: number | null, kind: Metric["effectKind"]): string {
  if (effect === null) return UNKNOWN;
  const change = kind === "ratio" ? effect - 1 : effect;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  const size = (Math.abs(change) * 100).toFixed(1);
  return `${sign}${size} ${kind === "ratio" ? "%" : "pts"}`;
}
