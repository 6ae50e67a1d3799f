/** What the tables of a time range say of a group or of a tool. */
import type { Schemas } from "#/api/client";
import { percent } from "#/format/format";
import { Num, Span, Usd } from "#/ui/Values";
import type { Figure } from "./BreakdownTable";

type CostRow = Schemas["Costs"]["rows"][number];
type LatencyRow = Schemas["Latency"]["rows"][number];
type ToolRow = Schemas["Tools"]["rows"][number];

function number<T>(
  file: string,
  head: string,
  value: (row: T) => number | null,
  short = false,
): Figure<T> {
  return { file, value, shown: { head, cell: (row) => <Num value={value(row)} short={short} /> } };
}

function time<T>(file: string, head: string, value: (row: T) => number | null): Figure<T> {
  return { file, value, shown: { head, cell: (row) => <Span ms={value(row)} /> } };
}

function errors<T extends { calls: number; errors: number }>(): Figure<T> {
  return {
    file: "errors",
    value: (row) => row.errors,
    shown: {
      head: "Errors",
      cell: (row) => percent(row.calls === 0 ? null : row.errors / row.calls),
    },
  };
}

export const COST_FIGURES: readonly Figure<CostRow>[] = [
  number("calls", "Calls", (r) => r.calls),
  number("input", "Input", (r) => r.tokens.input, true),
  number("cache read", "Cache read", (r) => r.tokens.cacheRead, true),
  number("cache write", "Cache write", (r) => r.tokens.cacheWrite, true),
  number("output", "Output", (r) => r.tokens.output, true),
  number("unpriced calls", "Unpriced", (r) => r.unpricedCalls),
  { file: "kind", value: (r) => r.cost.kind },
  {
    file: "usd",
    value: (r) => (r.cost.usd === null ? null : Number(r.cost.usd)),
    shown: { head: "Cost", cell: (r) => <Usd cost={r.cost} /> },
  },
];

export const LATENCY_FIGURES: readonly Figure<LatencyRow>[] = [
  number("calls", "Calls", (r) => r.calls),
  errors(),
  time("p50 ms", "p50", (r) => r.latencyMs.p50),
  time("p95 ms", "p95", (r) => r.latencyMs.p95),
  time("p99 ms", "p99", (r) => r.latencyMs.p99),
  time("first token p50 ms", "First token p50", (r) => r.ttftMs.p50),
  time("overhead p95 ms", "Overhead p95", (r) => r.overheadMs.p95),
];

export const TOOL_FIGURES: readonly Figure<ToolRow>[] = [
  number("calls", "Calls", (r) => r.calls),
  errors(),
  number("traces", "Traces", (r) => r.traces),
  time("p50 ms", "p50", (r) => r.latencyMs.p50),
  time("p95 ms", "p95", (r) => r.latencyMs.p95),
];
