import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ListTree, SearchX } from "lucide-react";
import { type Api, body, type Schemas } from "#/api/client";
import { Problem } from "#/api/problems";
import { percent } from "#/format/format";
import { quoteValue } from "#/query/grammar";
import { useTimeRange } from "#/shell/scope";
import { useMay, useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { buttonClass } from "#/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page, Stats } from "#/ui/Page";
import { Tabs } from "#/ui/Tabs";
import { FindingCount, Pill } from "#/ui/Tags";
import { Num, Span, Time, Usd } from "#/ui/Values";
import styles from "./Agent.module.css";
import { AgentFindings } from "./AgentFindings";
import { AgentSettings } from "./AgentSettings";
import { AgentStats } from "./AgentStats";
import { AgentUsers } from "./AgentUsers";
import { Behaviour } from "./Behaviour";
import { Versions } from "./Versions";

const TABS = [
  { value: "versions", label: "Versions" },
  { value: "behaviour", label: "Behaviour" },
  { value: "findings", label: "Findings" },
  { value: "stats", label: "Stats" },
  { value: "users", label: "Users" },
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
  const versions = (of: Schemas["Agent"]) => ({
    agentId: of.id,
    current: of.currentVersionId,
    a: search.a,
    b: search.b,
    onPick: (a: string | undefined, b: string | undefined) =>
      void navigate({ search: (old) => ({ ...old, a, b }), replace: true }),
  });
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
  const tabs = TABS.filter((t) => t.value !== "settings" || admin);
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
              {tab === "versions" && <Versions {...versions(agent.data)} />}
              {tab === "behaviour" && <Behaviour {...versions(agent.data)} />}
              {tab === "findings" && <AgentFindings agent={agent.data} />}
              {tab === "users" && <AgentUsers agent={agent.data} />}
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
        ["Cost", agent.traceCount === 0 ? "–" : <Usd key="c" cost={agent.cost} />],
        ["Findings", <FindingCount key="f" counts={agent.findings} />],
        ["Last seen", <Time key="l" at={agent.lastSeenAt} relative />],
      ]}
    />
  );
}
