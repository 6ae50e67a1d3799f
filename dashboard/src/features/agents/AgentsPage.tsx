import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { percent, plural } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { buttonClass } from "#/ui/Button";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { FindingCount, Pill } from "#/ui/Tags";
import { useNarrow } from "#/ui/useMedia";
import { Num, Span, Time, Usd } from "#/ui/Values";
import styles from "./Agent.module.css";

type Agent = Schemas["Agent"];

const columns: Column<Agent>[] = [
  {
    id: "name",
    head: "Agent",
    width: "minmax(180px, 1.6fr)",
    cell: (a) => <AgentLink agent={a} />,
  },
  {
    id: "environment",
    head: "Environment",
    width: "minmax(110px, 0.7fr)",
    cell: (a) => <Pill>{a.environment.toLowerCase()}</Pill>,
  },
  {
    id: "seen",
    head: "Last seen",
    width: "110px",
    cell: (a) => <Time at={a.lastSeenAt} relative />,
  },
  {
    id: "traces",
    head: "Traces",
    width: "90px",
    right: true,
    cell: (a) => <Num value={a.traceCount} short />,
  },
  {
    id: "errors",
    head: "Error rate",
    width: "96px",
    right: true,
    cell: (a) => percent(a.traceCount === 0 ? null : a.errorCount / a.traceCount),
  },
  { id: "p95", head: "p95", width: "96px", right: true, cell: (a) => <Span ms={a.p95LatencyMs} /> },
  {
    id: "cost",
    head: "Cost",
    width: "118px",
    right: true,
    cell: (a) => <Usd cost={a.cost} quiet={a.traceCount === 0} />,
  },
  {
    id: "findings",
    head: "Findings",
    width: "110px",
    right: true,
    cell: (a) => <FindingCount counts={a.findings} />,
  },
];

/** One column for narrow windows: two lines that hold what matters. */
const card: Column<Agent> = {
  id: "card",
  head: "Agents",
  width: "minmax(0, 1fr)",
  cell: (a) => (
    <div className={styles.card}>
      <div className={styles.cardLine}>
        <AgentLink agent={a} />
        <FindingCount counts={a.findings} />
      </div>
      <div className={styles.cardNote}>
        {a.environment.toLowerCase()} · {plural(a.traceCount, "trace")} ·{" "}
        {percent(a.traceCount === 0 ? null : a.errorCount / a.traceCount)} errors ·{" "}
        <Usd cost={a.cost} quiet={a.traceCount === 0} />
      </div>
    </div>
  ),
};

export function AgentsPage() {
  const agents = useAgents();
  const { projectId } = useProject();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const [active, setActive] = useState(-1);
  const rows = agents.data?.pages.flatMap((p) => p.items) ?? [];
  const open = (agent: Agent) =>
    void navigate({
      to: "/p/$project/agent",
      params: { project: projectId },
      search: { id: agent.id },
    });
  useKeys({
    down: () => setActive(Math.min(rows.length - 1, active + 1)),
    up: () => setActive(Math.max(0, active - 1)),
    open: () => rows[active] && open(rows[active]),
  });
  return (
    <Page title="Agents" fill>
      {agents.error && <ErrorState error={agents.error} onRetry={() => void agents.refetch()} />}
      {agents.isPending && <Skeleton />}
      {agents.data && rows.length === 0 && (
        <EmptyState
          icon={<Bot size={20} aria-hidden />}
          title="No agent yet"
          actions={
            <Link
              to="/p/$project/connect"
              params={{ project: projectId }}
              className={buttonClass({ variant: "primary" })}
            >
              Connect one
            </Link>
          }
        >
          An agent appears with its first call or when it registers itself.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataGrid
          label="Agents"
          rows={rows}
          rowKey={(a) => a.id + a.environment}
          columns={narrow ? [card] : columns}
          rowHeight={narrow ? 58 : undefined}
          total={agents.hasNextPage ? -1 : rows.length}
          active={active}
          onActive={setActive}
          onOpen={open}
          onNearEnd={() => agents.hasNextPage && !agents.isFetching && void agents.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function AgentLink({ agent }: { agent: Agent }) {
  const { projectId } = useProject();
  return (
    <Link to="/p/$project/agent" params={{ project: projectId }} search={{ id: agent.id }}>
      <SafeText text={agent.name} />
    </Link>
  );
}

function useAgents() {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  return useInfiniteQuery({
    queryKey: ["agents", projectId, environment, range.key],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/agents", {
          params: { query: { environment, cursor, limit: 100, ...range.resolve() } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
