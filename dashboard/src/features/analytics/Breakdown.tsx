import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { body } from "#/api/client";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { ErrorState } from "#/ui/Notice";
import type { GroupBy } from "./AnalyticsPage";
import { BreakdownTable } from "./BreakdownTable";
import { COST_FIGURES, LATENCY_FIGURES, TOOL_FIGURES } from "./figures";

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
      {costs.data && (
        <BreakdownTable
          title={`Spend by ${groupBy}`}
          about={groupBy}
          nameOf={(row) => row.group}
          rows={costs.data.rows}
          total={costs.data.groupCount}
          figures={COST_FIGURES}
          empty="Nothing was spent in this time range"
        />
      )}
      {latency.error && <ErrorState error={latency.error} onRetry={() => void latency.refetch()} />}
      {latency.data && (
        <BreakdownTable
          title={`Latency by ${groupBy}`}
          about={groupBy}
          nameOf={(row) => row.group}
          rows={latency.data.rows}
          total={latency.data.groupCount}
          figures={LATENCY_FIGURES}
          empty="No model was called in this time range"
        />
      )}
      {tools.error && <ErrorState error={tools.error} onRetry={() => void tools.refetch()} />}
      {tools.data && (
        <BreakdownTable
          title="Tools"
          about="Tool"
          nameOf={(row) => row.tool}
          rows={tools.data.rows}
          total={tools.data.toolCount}
          figures={TOOL_FIGURES}
          empty="No tool was called in this time range"
        />
      )}
    </>
  );
}
