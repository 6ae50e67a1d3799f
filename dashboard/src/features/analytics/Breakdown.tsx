import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { body, type Schemas, saveBlob } from "#/api/client";
import { type Cell, csv } from "#/format/csv";
import { count, percent, plural } from "#/format/format";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { ErrorState } from "#/ui/Notice";
import { Panel, Right, RightHead, Table } from "#/ui/Page";
import { Num, Span, Usd } from "#/ui/Values";
import type { GroupBy } from "./AnalyticsPage";
import styles from "./Chart.module.css";

/** The same time range as tables: spend and latency by group, and tools. */
export function Breakdown({ groupBy }: { groupBy: GroupBy }) {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const key = [projectId, environment, range.key];
  const costs = useQuery({
    queryKey: ["costs", ...key, groupBy],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/analytics/costs", {
          params: { query: { groupBy, environment, ...range.resolve() } },
          signal,
        }),
      ),
  });
  const latency = useQuery({
    queryKey: ["latency", ...key, groupBy],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/analytics/latency", {
          params: { query: { groupBy, environment, ...range.resolve() } },
          signal,
        }),
      ),
  });
  const tools = useQuery({
    queryKey: ["tools", ...key],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/analytics/tools", {
          params: { query: { environment, ...range.resolve() } },
          signal,
        }),
      ),
  });
  return (
    <>
      {costs.error && <ErrorState error={costs.error} onRetry={() => void costs.refetch()} />}
      {costs.data && <CostTable costs={costs.data} groupBy={groupBy} />}
      {latency.error && <ErrorState error={latency.error} onRetry={() => void latency.refetch()} />}
      {latency.data && <LatencyTable latency={latency.data} groupBy={groupBy} />}
      {tools.error && <ErrorState error={tools.error} onRetry={() => void tools.refetch()} />}
      {tools.data && <ToolTable tools={tools.data} />}
    </>
  );
}

function SaveCsv({ name, rows }: { name: string; rows: () => Cell[][] }) {
  return (
    <Button
      size="small"
      icon={<Download size={13} aria-hidden />}
      aria-label={`${name} as CSV`}
      onClick={() => saveBlob(new Blob([csv(rows())], { type: "text/csv" }), `${name}.csv`)}
    >
      CSV
    </Button>
  );
}

function Shown({ shown, all }: { shown: number; all: number }) {
  return all > shown ? (
    <span className={styles.muted}>
      top {count(shown)} of {count(all)}
    </span>
  ) : null;
}

function CostTable({ costs, groupBy }: { costs: Schemas["Costs"]; groupBy: GroupBy }) {
  const rows = () => [
    [
      groupBy,
      "calls",
      "input",
      "cache read",
      "cache write",
      "output",
      "usd",
      "kind",
      "unpriced calls",
    ],
    ...costs.rows.map((r) => [
      r.group,
      r.calls,
      r.tokens.input,
      r.tokens.cacheRead,
      r.tokens.cacheWrite,
      r.tokens.output,
      r.cost.usd === null ? null : Number(r.cost.usd),
      r.cost.kind,
      r.unpricedCalls,
    ]),
  ];
  return (
    <Panel
      title={`Spend by ${groupBy}`}
      tools={
        <>
          <Shown shown={costs.rows.length} all={costs.groupCount} />
          <SaveCsv name={`spend-by-${groupBy}`} rows={rows} />
        </>
      }
      flush
    >
      <Table
        label={`Spend by ${groupBy}`}
        head={
          <>
            <th scope="col">{groupBy}</th>
            <RightHead>Calls</RightHead>
            <RightHead>Input</RightHead>
            <RightHead>Cache read</RightHead>
            <RightHead>Cache write</RightHead>
            <RightHead>Output</RightHead>
            <RightHead>Unpriced</RightHead>
            <RightHead>Cost</RightHead>
          </>
        }
      >
        {costs.rows.map((row) => (
          <CostRow key={row.group} row={row} name={row.group || "(none)"} />
        ))}
        <CostRow row={costs.total} name="Total" strong />
      </Table>
    </Panel>
  );
}

function CostRow({
  row,
  name,
  strong,
}: {
  row: Schemas["CostRow"];
  name: string;
  strong?: boolean;
}) {
  return (
    <tr>
      <td>{strong ? <strong>{name}</strong> : <SafeText text={name} />}</td>
      <Right>
        <Num value={row.calls} />
      </Right>
      <Right>
        <Num value={row.tokens.input} short />
      </Right>
      <Right>
        <Num value={row.tokens.cacheRead} short />
      </Right>
      <Right>
        <Num value={row.tokens.cacheWrite} short />
      </Right>
      <Right>
        <Num value={row.tokens.output} short />
      </Right>
      <Right>
        <Num value={row.unpricedCalls} />
      </Right>
      <Right>
        <Usd cost={row.cost} />
      </Right>
    </tr>
  );
}

function LatencyTable({ latency, groupBy }: { latency: Schemas["Latency"]; groupBy: GroupBy }) {
  const rows = () => [
    [
      groupBy,
      "calls",
      "errors",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "first token p50 ms",
      "overhead p95 ms",
    ],
    ...latency.rows.map((r) => [
      r.group,
      r.calls,
      r.errors,
      r.latencyMs.p50,
      r.latencyMs.p95,
      r.latencyMs.p99,
      r.ttftMs.p50,
      r.overheadMs.p95,
    ]),
  ];
  return (
    <Panel
      title={`Latency by ${groupBy}`}
      tools={
        <>
          <Shown shown={latency.rows.length} all={latency.groupCount} />
          <SaveCsv name={`latency-by-${groupBy}`} rows={rows} />
        </>
      }
      flush
    >
      <Table
        label={`Latency by ${groupBy}`}
        head={
          <>
            <th scope="col">{groupBy}</th>
            <RightHead>Calls</RightHead>
            <RightHead>Errors</RightHead>
            <RightHead>p50</RightHead>
            <RightHead>p95</RightHead>
            <RightHead>p99</RightHead>
            <RightHead>First token p50</RightHead>
            <RightHead>Overhead p95</RightHead>
          </>
        }
      >
        {latency.rows.map((row) => (
          <tr key={row.group}>
            <td>
              <SafeText text={row.group || "(none)"} />
            </td>
            <Right>
              <Num value={row.calls} />
            </Right>
            <Right>{percent(row.calls === 0 ? null : row.errors / row.calls)}</Right>
            <Right>
              <Span ms={row.latencyMs.p50} />
            </Right>
            <Right>
              <Span ms={row.latencyMs.p95} />
            </Right>
            <Right>
              <Span ms={row.latencyMs.p99} />
            </Right>
            <Right>
              <Span ms={row.ttftMs.p50} />
            </Right>
            <Right>
              <Span ms={row.overheadMs.p95} />
            </Right>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function ToolTable({ tools }: { tools: Schemas["Tools"] }) {
  const rows = () => [
    ["tool", "calls", "errors", "traces", "p50 ms", "p95 ms"],
    ...tools.rows.map((r) => [
      r.tool,
      r.calls,
      r.errors,
      r.traces,
      r.latencyMs.p50,
      r.latencyMs.p95,
    ]),
  ];
  return (
    <Panel
      title="Tools"
      tools={
        <>
          <Shown shown={tools.rows.length} all={tools.toolCount} />
          <SaveCsv name="tools" rows={rows} />
        </>
      }
      flush
    >
      {tools.rows.length === 0 ? (
        <p className={styles.empty}>No tool was called in this time range</p>
      ) : (
        <Table
          label={`Tools, ${plural(tools.toolCount, "tool")}`}
          head={
            <>
              <th scope="col">Tool</th>
              <RightHead>Calls</RightHead>
              <RightHead>Errors</RightHead>
              <RightHead>Traces</RightHead>
              <RightHead>p50</RightHead>
              <RightHead>p95</RightHead>
            </>
          }
        >
          {tools.rows.map((row) => (
            <tr key={row.tool}>
              <td>
                <SafeText text={row.tool} />
              </td>
              <Right>
                <Num value={row.calls} />
              </Right>
              <Right>{percent(row.calls === 0 ? null : row.errors / row.calls)}</Right>
              <Right>
                <Num value={row.traces} />
              </Right>
              <Right>
                <Span ms={row.latencyMs.p50} />
              </Right>
              <Right>
                <Span ms={row.latencyMs.p95} />
              </Right>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
