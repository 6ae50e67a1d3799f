import { useQuery } from "@tanstack/react-query";
import { body } from "#/api/client";
import { useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Panel, Right, RightHead, Stats, Table } from "#/ui/Page";
import { Num, Span, Usd } from "#/ui/Values";
import styles from "./Agent.module.css";

/** What the agent did in the chosen time, by model and by tool. */
export function AgentStats({ agentId }: { agentId: string }) {
  const { api, projectId } = useProject();
  const range = useTimeRange();
  const stats = useQuery({
    queryKey: ["agent-stats", projectId, agentId, range.key],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/agents/{agentId}/stats", {
          params: { path: { agentId }, query: range.resolve() },
          signal,
        }),
      ),
  });
  if (stats.error) return <ErrorState error={stats.error} onRetry={() => void stats.refetch()} />;
  if (!stats.data) return <Skeleton />;
  const { models, tools, latencyMs, durationMs } = stats.data;
  return (
    <div className={styles.stack}>
      <Stats
        items={[
          ["Model calls", <Num key="m" value={stats.data.llmCalls} />],
          ["Tool calls", <Num key="t" value={stats.data.toolCalls} />],
          ["Users", <Num key="u" value={stats.data.users} />],
          [
            "Call latency p50",
            <Span key="l" ms={latencyMs.p50} />,
            <>
              p95 <Span ms={latencyMs.p95} />
            </>,
          ],
          [
            "Trace duration p50",
            <Span key="d" ms={durationMs.p50} />,
            <>
              p95 <Span ms={durationMs.p95} />
            </>,
          ],
        ]}
      />
      <Panel title="Models" flush>
        <Table
          label="Models"
          head={
            <>
              <th scope="col">Model</th>
              <RightHead>Calls</RightHead>
              <RightHead>Tokens</RightHead>
              <RightHead>Cost</RightHead>
            </>
          }
        >
          {models.map((m) => (
            <tr key={m.model}>
              <td>
                <SafeText text={m.model} />
              </td>
              <Right>
                <Num value={m.calls} />
              </Right>
              <Right>
                <Num value={m.tokens.total} />
              </Right>
              <Right>
                <Usd cost={m.cost} />
              </Right>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="Tools" flush>
        <Table
          label="Tools"
          head={
            <>
              <th scope="col">Tool</th>
              <RightHead>Calls</RightHead>
              <RightHead>Errors</RightHead>
              <RightHead>p50</RightHead>
              <RightHead>p95</RightHead>
              <RightHead>Traces</RightHead>
            </>
          }
        >
          {tools.map((t) => (
            <tr key={t.tool}>
              <td>
                <SafeText text={t.tool} />
              </td>
              <Right>
                <Num value={t.calls} />
              </Right>
              <Right>
                <Num value={t.errors} />
              </Right>
              <Right>
                <Span ms={t.latencyMs.p50} />
              </Right>
              <Right>
                <Span ms={t.latencyMs.p95} />
              </Right>
              <Right>
                <Num value={t.traces} />
              </Right>
            </tr>
          ))}
        </Table>
      </Panel>
    </div>
  );
}
