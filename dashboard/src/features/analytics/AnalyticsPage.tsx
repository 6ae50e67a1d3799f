import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { body, type Schemas } from "#/api/client";
import { count, percent, plural } from "#/format/format";
import { quoteValue } from "#/query/grammar";
import { oneOf } from "#/routes/search";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Page, Stats } from "#/ui/Page";
import { Select } from "#/ui/Select";
import { Num, Span, Usd } from "#/ui/Values";
import { Breakdown } from "./Breakdown";
import { Chart } from "./Chart";
import styles from "./Chart.module.css";
import { intervalFor } from "./series";

const NONE = "none";
const GROUPS = ["agent", "version", "model", "provider", "user", "environment"] as const;
export type GroupBy = (typeof GROUPS)[number];

const GROUP_OPTIONS = [
  { value: NONE, label: "All together" },
  ...GROUPS.map((g) => ({ value: g, label: `By ${g}` })),
] as { value: GroupBy | typeof NONE; label: string }[];

const CHARTS = [
  { metric: "traces", title: "Traces" },
  { metric: "errors", title: "Errors" },
  { metric: "cost", title: "Spend" },
  { metric: "tokens", title: "Tokens" },
  { metric: "cacheReadTokens", title: "Tokens read from cache" },
  { metric: "toolCalls", title: "Tool calls" },
  { metric: "latencyP50", title: "Call latency, median" },
  { metric: "latencyP95", title: "Call latency, p95" },
  { metric: "ttftP50", title: "To first token, median" },
  { metric: "overheadP95", title: "Overhead of WhyOps, p95" },
] as const;

export function AnalyticsPage() {
  const search = useSearch({ from: "/p/$project/analytics" });
  const groupBy = oneOf(GROUPS, search.by);
  const navigate = useNavigate({ from: "/p/$project/analytics" });
  return (
    <Page
      title="Analytics"
      tools={
        <Select
          label="Group"
          value={groupBy ?? NONE}
          options={GROUP_OPTIONS}
          onChange={(next) =>
            void navigate({ search: (old) => ({ ...old, by: next === NONE ? undefined : next }) })
          }
        />
      }
    >
      <Overview />
      <Charts groupBy={groupBy} />
      <Breakdown groupBy={groupBy ?? "model"} />
    </Page>
  );
}

function Overview() {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const overview = useQuery({
    queryKey: ["analytics-overview", projectId, environment, range.key],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/analytics/overview", {
          params: { query: { environment, ...range.resolve() } },
          signal,
        }),
      ),
  });
  if (overview.error)
    return <ErrorState error={overview.error} onRetry={() => void overview.refetch()} />;
  if (!overview.data) return <Skeleton lines={3} />;
  const o = overview.data;
  return (
    <Stats
      items={[
        [
          "Traces",
          <Num key="t" value={o.traces} short />,
          `${percent(o.traces === 0 ? null : o.errorTraces / o.traces)} with an error`,
        ],
        [
          "Spend",
          <Usd key="s" cost={o.cost} />,
          o.unpricedCalls > 0 ? `${plural(o.unpricedCalls, "call")} unpriced` : "all calls priced",
        ],
        [
          "Tokens",
          <Num key="k" value={o.tokens.total} short />,
          `${percent(o.cacheHitRate)} of input from cache`,
        ],
        ["Model calls", <Num key="m" value={o.llmCalls} short />, plural(o.llmErrors, "error")],
        ["Tool calls", <Num key="c" value={o.toolCalls} short />, plural(o.toolErrors, "error")],
        [
          "Latency p50",
          <Span key="l" ms={o.latencyMs.p50} />,
          <>
            p95 <Span ms={o.latencyMs.p95} />, p99 <Span ms={o.latencyMs.p99} />
          </>,
        ],
        [
          "First token p50",
          <Span key="f" ms={o.ttftMs.p50} />,
          <>
            p95 <Span ms={o.ttftMs.p95} />
          </>,
        ],
        [
          "Overhead p50",
          <Span key="o" ms={o.overheadMs.p50} />,
          <>
            p95 <Span ms={o.overheadMs.p95} />
          </>,
        ],
        ["Users", <Num key="u" value={o.users} />, `${count(o.agents)} agents`],
      ]}
    />
  );
}

function Charts({ groupBy }: { groupBy: GroupBy | undefined }) {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const navigate = useNavigate({ from: "/p/$project/analytics" });
  const interval = intervalFor(range.length);
  const charts = useQueries({
    queries: CHARTS.map(({ metric }) => ({
      queryKey: ["timeseries", projectId, environment, range.key, metric, groupBy],
      placeholderData: keepPreviousData as never,
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<Schemas["Timeseries"]> =>
        body(
          api.GET("/api/analytics/timeseries", {
            params: {
              query: {
                metric,
                interval,
                environment,
                ...(groupBy ? { groupBy } : {}),
                ...range.resolve(),
              },
            },
            signal,
          }),
        ),
    })),
  });
  const onRange = (from: string, to: string) =>
    void navigate({ search: (old) => ({ ...old, range: undefined, from, to }) });
  const field = groupBy === "environment" ? "env" : groupBy;
  const onPick = field
    ? (group: string) =>
        void navigate({
          to: "/p/$project/traces",
          params: { project: projectId },
          search: (old) => ({
            env: old.env,
            range: old.range,
            from: old.from,
            to: old.to,
            q: `${field}:${quoteValue(group)}`,
          }),
        })
    : undefined;
  return (
    <div className={styles.grid}>
      {CHARTS.map(({ metric, title }, index) => {
        const chart = charts[index];
        if (chart?.error)
          return (
            <ErrorState key={metric} error={chart.error} onRetry={() => void chart.refetch()} />
          );
        if (!chart?.data) return <Skeleton key={metric} lines={5} label={`Loading ${title}`} />;
        return (
          <Chart
            key={metric}
            title={title}
            data={chart.data}
            name="all"
            onRange={onRange}
            onPick={onPick}
          />
        );
      })}
    </div>
  );
}
