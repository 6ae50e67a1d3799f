import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import { body, type Schemas } from "#/api/client";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Num, Time, Usd } from "#/ui/Values";

type ExternalUser = Schemas["ExternalUser"];

const COLUMNS: Column<ExternalUser>[] = [
  { id: "id", head: "User", width: "minmax(160px, 1fr)", cell: (u) => <UserLink user={u} /> },
  {
    id: "last",
    head: "Last seen",
    width: "110px",
    cell: (u) => <Time at={u.lastSeenAt} relative />,
  },
  {
    id: "traces",
    head: "Traces",
    width: "80px",
    right: true,
    cell: (u) => <Num value={u.traceCount} short />,
  },
  {
    id: "errors",
    head: "Errors",
    width: "80px",
    right: true,
    cell: (u) => <Num value={u.errorCount} short />,
  },
  {
    id: "tokens",
    head: "Tokens",
    width: "90px",
    right: true,
    cell: (u) => <Num value={u.tokens.total} short />,
  },
  { id: "cost", head: "Cost", width: "120px", right: true, cell: (u) => <Usd cost={u.cost} /> },
];

/** Whom the agent worked for in the chosen time. */
export function AgentUsers({ agent }: { agent: Schemas["Agent"] }) {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const users = useInfiniteQuery({
    queryKey: ["agent-users", projectId, agent.name, environment, range.key],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/users", {
          params: {
            query: { agent: agent.name, environment, cursor, limit: 100, ...range.resolve() },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  if (users.error) return <ErrorState error={users.error} onRetry={() => void users.refetch()} />;
  if (!users.data) return <Skeleton />;
  const rows = users.data.pages.flatMap((p) => p.items);
  if (rows.length === 0)
    return (
      <EmptyState icon={<UserRound size={20} aria-hidden />} title="No user in this time range">
        Calls name them in the header <code>X-External-User-Id</code>.
      </EmptyState>
    );
  return (
    <DataGrid
      label="Users of this agent"
      rows={rows}
      rowKey={(u) => u.externalUserId}
      columns={COLUMNS}
      total={users.hasNextPage ? -1 : rows.length}
      onNearEnd={() => users.hasNextPage && !users.isFetching && void users.fetchNextPage()}
      auto
    />
  );
}

function UserLink({ user }: { user: ExternalUser }) {
  const { projectId } = useProject();
  return (
    <Link
      to="/p/$project/user"
      params={{ project: projectId }}
      search={{ id: user.externalUserId }}
    >
      <SafeText text={user.externalUserId} />
    </Link>
  );
}
