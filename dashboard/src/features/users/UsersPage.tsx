import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { useKeys } from "#/keys/keys";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { inputClass } from "#/ui/Field";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { useNarrow } from "#/ui/useMedia";
import { Num, Time, Usd } from "#/ui/Values";

type ExternalUser = Schemas["ExternalUser"];

/** The application's own users, by the id that calls and events carry. */
export function UsersPage() {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const [typed, setTyped] = useState("");
  const find = useDeferredValue(typed.trim());
  const [active, setActive] = useState(-1);
  const users = useInfiniteQuery({
    queryKey: ["users", projectId, environment, range.key, find],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/users", {
          params: {
            query: {
              environment,
              cursor,
              limit: 100,
              ...range.resolve(),
              ...(find === "" ? {} : { q: find }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const rows = users.data?.pages.flatMap((p) => p.items) ?? [];
  const columns = useMemo(() => columnsOf(projectId, narrow), [projectId, narrow]);
  const open = (user: ExternalUser) =>
    void navigate({
      to: "/p/$project/user",
      params: { project: projectId },
      search: { id: user.externalUserId },
    });
  useKeys({
    down: () => setActive(Math.min(rows.length - 1, active + 1)),
    up: () => setActive(Math.max(0, active - 1)),
    open: () => rows[active] && open(rows[active]),
  });
  return (
    <Page
      title="Users"
      fill
      tools={
        <input
          type="search"
          className={inputClass}
          aria-label="Find a user"
          placeholder="Find a user id"
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
      }
    >
      {users.error && <ErrorState error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Skeleton />}
      {users.data && rows.length === 0 && (
        <EmptyState
          icon={<UserRound size={20} aria-hidden />}
          title={find === "" ? "No user in this time range" : "No user fits"}
        >
          Send your application's user id in the header <code>X-External-User-Id</code>, and its
          traces, tokens and cost add up here.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataGrid
          label="Users"
          rows={rows}
          rowKey={(u) => u.externalUserId}
          columns={columns}
          total={users.hasNextPage ? -1 : rows.length}
          active={active}
          onActive={setActive}
          onOpen={open}
          onNearEnd={() => users.hasNextPage && !users.isFetching && void users.fetchNextPage()}
        />
      )}
    </Page>
  );
}

function columnsOf(projectId: string, narrow: boolean): Column<ExternalUser>[] {
  const id: Column<ExternalUser> = {
    id: "id",
    head: "User",
    width: "minmax(140px, 1fr)",
    cell: (u) => (
      <Link to="/p/$project/user" params={{ project: projectId }} search={{ id: u.externalUserId }}>
        <SafeText text={u.externalUserId} />
      </Link>
    ),
  };
  const cost: Column<ExternalUser> = {
    id: "cost",
    head: "Cost",
    width: "124px",
    right: true,
    cell: (u) => <Usd cost={u.cost} />,
  };
  if (narrow) return [id, cost];
  return [
    id,
    {
      id: "first",
      head: "First seen",
      width: "130px",
      cell: (u) => <Time at={u.firstSeenAt} relative />,
    },
    {
      id: "last",
      head: "Last seen",
      width: "130px",
      cell: (u) => <Time at={u.lastSeenAt} relative />,
    },
    {
      id: "traces",
      head: "Traces",
      width: "100px",
      right: true,
      cell: (u) => <Num value={u.traceCount} short />,
    },
    {
      id: "threads",
      head: "Threads",
      width: "100px",
      right: true,
      cell: (u) => <Num value={u.threadCount} short />,
    },
    {
      id: "errors",
      head: "Errors",
      width: "90px",
      right: true,
      cell: (u) => <Num value={u.errorCount} short />,
    },
    {
      id: "tokens",
      head: "Tokens",
      width: "100px",
      right: true,
      cell: (u) => <Num value={u.tokens.total} short />,
    },
    cost,
  ];
}
