import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ListTree, SearchX } from "lucide-react";
import { useState } from "react";
import { type Api, body, type Schemas, served } from "#/api/client";
import { Problem, problemOf } from "#/api/problems";
import { percent } from "#/format/format";
import { quoteValue } from "#/query/grammar";
import { useTimeRange } from "#/shell/scope";
import { useMay, useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { Button, buttonClass } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page, Panel, Right, RightHead, Stats, Table } from "#/ui/Page";
import { Tabs } from "#/ui/Tabs";
import { FindingCount, Pill } from "#/ui/Tags";
import { toast } from "#/ui/Toasts";
import { Num, Span, Time, Usd } from "#/ui/Values";
import styles from "./Agent.module.css";
import { Versions } from "./Versions";

const TABS = [
  { value: "versions", label: "Versions" },
  { value: "stats", label: "Stats" },
  { value: "settings", label: "Settings" },
] as const;

type Tab = (typeof TABS)[number]["value"];

export function AgentPage() {
  const search = useSearch({ from: "/p/$project/agent" });
  const { api, projectId } = useProject();
  const range = useTimeRange();
  const navigate = useNavigate({ from: "/p/$project/agent" });
  const admin = useMay("admin");
  const agent = useQuery({
    queryKey: ["agent", projectId, search.id, range.key],
    enabled: search.id !== "",
    queryFn: ({ signal }) => getAgent(api, search.id, range.resolve(), signal),
  });
  const params = { project: projectId };
  const back = (
    <Link
      to="/p/$project/agents"
      params={params}
      className={buttonClass({ variant: "ghost", size: "small" })}
      aria-label="Back to agents"
    >
      <ChevronLeft size={16} aria-hidden />
    </Link>
  );
  const unknown =
    search.id === "" ||
    (agent.error instanceof Problem && (agent.error.status === 404 || agent.error.status === 400));
  if (unknown) {
    return (
      <Page title="Agent" before={back}>
        <EmptyState
          icon={<SearchX size={20} aria-hidden />}
          title="There is no such agent in this project"
        />
      </Page>
    );
  }
  const name = agent.data?.name ?? "Agent";
  const tabs = TABS.filter(
    (t) =>
      (t.value !== "settings" || admin) &&
      (t.value !== "stats" || served("GET /api/agents/{agentId}/stats")),
  );
  const tab = tabs.find((t) => t.value === search.tab)?.value ?? "versions";
  return (
    <Page
      title={<SafeText text={name} />}
      tab={`Agent ${visibleText(name)}`}
      before={back}
      fill
      tools={
        agent.data && (
          <>
            <Pill>{agent.data.environment.toLowerCase()}</Pill>
            <Link
              to="/p/$project/traces"
              params={params}
              search={{ q: `agent:${quoteValue(name)}` }}
              className={buttonClass()}
            >
              <ListTree size={14} aria-hidden /> Traces
            </Link>
          </>
        )
      }
    >
      {agent.error && <ErrorState error={agent.error} onRetry={() => void agent.refetch()} />}
      {agent.isPending && <Skeleton />}
      {agent.data && (
        <>
          <div className={styles.stats}>
            <AgentFigures agent={agent.data} />
          </div>
          <Tabs<Tab>
            label="About this agent"
            value={tab}
            tabs={tabs}
            onChange={(next) =>
              void navigate({
                search: (old) => ({ ...old, tab: next === "versions" ? undefined : next }),
              })
            }
          >
            <div className={styles.body}>
              {tab === "versions" && (
                <Versions
                  agentId={agent.data.id}
                  current={agent.data.currentVersionId}
                  a={search.a}
                  b={search.b}
                  onPick={(a, b) =>
                    void navigate({ search: (old) => ({ ...old, a, b }), replace: true })
                  }
                />
              )}
              {tab === "stats" && <AgentStats agentId={agent.data.id} />}
              {tab === "settings" && <AgentSettings agent={agent.data} />}
            </div>
          </Tabs>
        </>
      )}
    </Page>
  );
}

function getAgent(
  api: Api,
  agentId: string,
  range: { from: string; to?: string },
  signal: AbortSignal,
) {
  return body(
    api.GET("/api/agents/{agentId}", { params: { path: { agentId }, query: range }, signal }),
  );
}

function AgentFigures({ agent }: { agent: Schemas["Agent"] }) {
  return (
    <Stats
      items={[
        ["Traces", <Num key="t" value={agent.traceCount} />],
        [
          "Error rate",
          percent(agent.traceCount === 0 ? null : agent.errorCount / agent.traceCount),
          `${agent.errorCount} with an error`,
        ],
        ["p95 duration", <Span key="p" ms={agent.p95LatencyMs} />],
        ["Cost", <Usd key="c" cost={agent.cost} />],
        served("GET /api/agents/{agentId}/findings") && [
          "Findings",
          <FindingCount key="f" counts={agent.findings} />,
        ],
        ["Last seen", <Time key="l" at={agent.lastSeenAt} relative />],
      ]}
    />
  );
}

function AgentStats({ agentId }: { agentId: string }) {
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
    <>
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
      <br />
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
    </>
  );
}

function AgentSettings({ agent }: { agent: Schemas["Agent"] }) {
  const { api } = useProject();
  const queries = useQueryClient();
  const [value, setValue] = useState(String(Math.round(agent.sampling * 10_000) / 100));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const share = Number(value);
  const wrong = value.trim() === "" || !Number.isFinite(share) || share < 0 || share > 100;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        api.PATCH("/api/agents/{agentId}", {
          params: { path: { agentId: agent.id } },
          body: { sampling: share / 100 },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["agent"] });
      toast("Sampling saved");
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Sampling">
      <Form label="Sampling" onSubmit={() => !wrong && void save()}>
        <TextField
          label="Traces that are kept (%)"
          inputMode="decimal"
          value={value}
          onChange={(e) => setValue(e.target.value)}
          error={wrong ? "A number from 0 to 100." : problem}
          hint="Decided once per trace. What is sampled out is answered and counted, but not stored."
        />
        <div>
          <Button type="submit" variant="primary" busy={busy} disabled={wrong}>
            Save
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
