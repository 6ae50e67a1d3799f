import { useQuery } from "@tanstack/react-query";
import { GitCompareArrows } from "lucide-react";
import { body, type Schemas } from "#/api/client";
import { count, percent, plural } from "#/format/format";
import { useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { EmptyState, ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Panel, Right, RightHead, Table } from "#/ui/Page";
import { Select } from "#/ui/Select";
import styles from "./Agent.module.css";
import { effectText, intervalText, METRIC_WORD, VERDICT, valueText } from "./metrics";
import { useVersions, type Version, type VersionPick } from "./useVersions";

type Comparison = Schemas["VersionComparison"];

/** How one version behaves against another, each figure with its interval. */
export function Behaviour({ agentId, current, a, b, onPick }: VersionPick) {
  const versions = useVersions(agentId);
  if (versions.error)
    return <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Skeleton />;
  const all = versions.data;
  const afterAt = Math.max(
    0,
    all.findIndex((v) => v.id === (b ?? current)),
  );
  const after = all[afterAt];
  const before =
    all.find((v) => v.id === a && v !== after) ?? all[afterAt + 1] ?? all.find((v) => v !== after);
  if (!after || !before)
    return (
      <EmptyState icon={<GitCompareArrows size={20} aria-hidden />} title="Only one version yet">
        When the prompt or the tools change, the versions can be held against each other here.
      </EmptyState>
    );
  const options = all.map((v) => ({
    value: v.id,
    label: v.versionHash.slice(0, 8),
    note: v.id === current ? "current" : v.createdAt.slice(0, 10),
  }));
  return (
    <>
      <div className={styles.filters}>
        <Select
          label="Version before"
          value={before.id}
          options={options.filter((o) => o.value !== after.id)}
          onChange={(id) => onPick(id, after.id)}
        />
        <span className={styles.muted}>against</span>
        <Select
          label="Version after"
          value={after.id}
          options={options.filter((o) => o.value !== before.id)}
          onChange={(id) => onPick(before.id, id)}
        />
      </div>
      <Compared agentId={agentId} before={before} after={after} />
    </>
  );
}

function Compared({
  agentId,
  before,
  after,
}: {
  agentId: string;
  before: Version;
  after: Version;
}) {
  const { api, projectId } = useProject();
  const range = useTimeRange();
  const comparison = useQuery({
    queryKey: ["version-compare", projectId, agentId, before.id, after.id, range.key],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/agents/{agentId}/versions/{a}/compare/{b}", {
          params: { path: { agentId, a: before.id, b: after.id }, query: range.resolve() },
          signal,
        }),
      ),
  });
  if (comparison.error)
    return <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />;
  if (!comparison.data) return <Skeleton />;
  const { tracesA, tracesB, tracesMin, shifts, metrics, toolMix } = comparison.data;
  return (
    <div className={styles.stack}>
      {Math.min(tracesA, tracesB) < tracesMin && (
        <Notice tone="warning" title="Too few traces for a verdict">
          {plural(tracesA, "trace")} against {count(tracesB)}; each side needs {count(tracesMin)} in
          the chosen time.
        </Notice>
      )}
      {shifts.length > 0 && (
        <Notice tone="warning" title="The two did not face the same work">
          {shifts.map((shift) => (
            <div key={shift}>
              <SafeText text={shift} />
            </div>
          ))}
        </Notice>
      )}
      <Panel title="Figures" flush>
        <Metrics metrics={metrics} />
      </Panel>
      <Panel
        title={
          toolMix.totalVariation === null
            ? "Tools"
            : `Tools: ${percent(toolMix.totalVariation, 0)} of the calls went elsewhere`
        }
        flush
      >
        <ToolMix mix={toolMix} />
      </Panel>
    </div>
  );
}

function Metrics({ metrics }: { metrics: Comparison["metrics"] }) {
  return (
    <Table
      label="Figures of both versions"
      head={
        <>
          <th scope="col">Figure</th>
          <RightHead>Before</RightHead>
          <RightHead>After</RightHead>
          <RightHead>Change</RightHead>
          <RightHead>95 % interval</RightHead>
          <RightHead>Traces</RightHead>
          <th scope="col">Verdict</th>
        </>
      }
    >
      {metrics.map((metric) => (
        <tr key={`${metric.name} ${metric.tool}`}>
          <td>
            {METRIC_WORD[metric.name]}
            {metric.tool !== null && (
              <>
                {" "}
                <code>
                  <SafeText text={metric.tool} />
                </code>
              </>
            )}
          </td>
          <Right>{valueText(metric.unit, metric.a)}</Right>
          <Right>{valueText(metric.unit, metric.b)}</Right>
          <Right>{effectText(metric)}</Right>
          <Right>{intervalText(metric)}</Right>
          <Right>
            {count(metric.nA)} / {count(metric.nB)}
          </Right>
          <td className={cx(styles.verdict, styles[metric.verdict])}>{VERDICT[metric.verdict]}</td>
        </tr>
      ))}
    </Table>
  );
}

function ToolMix({ mix }: { mix: Comparison["toolMix"] }) {
  const tools = [...new Set([...Object.keys(mix.a), ...Object.keys(mix.b)])].sort(
    (x, y) => (mix.a[y] ?? 0) + (mix.b[y] ?? 0) - (mix.a[x] ?? 0) - (mix.b[x] ?? 0),
  );
  const sum = (side: Record<string, number>) =>
    Object.values(side).reduce((total, calls) => total + calls, 0);
  const [all, allAfter] = [sum(mix.a), sum(mix.b)];
  const share = (calls: number, of: number) => percent(of === 0 ? null : calls / of);
  if (tools.length === 0)
    return <p className={styles.empty}>Neither version called a tool in this time.</p>;
  return (
    <Table
      label="Tool calls of both versions"
      head={
        <>
          <th scope="col">Tool</th>
          <RightHead>Calls before</RightHead>
          <RightHead>Share</RightHead>
          <RightHead>Calls after</RightHead>
          <RightHead>Share</RightHead>
        </>
      }
    >
      {tools.map((tool) => (
        <tr key={tool}>
          <td>
            <SafeText text={tool} />
          </td>
          <Right>{count(mix.a[tool] ?? 0)}</Right>
          <Right>{share(mix.a[tool] ?? 0, all)}</Right>
          <Right>{count(mix.b[tool] ?? 0)}</Right>
          <Right>{share(mix.b[tool] ?? 0, allAfter)}</Right>
        </tr>
      ))}
    </Table>
  );
}
