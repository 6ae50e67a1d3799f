import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useMemo, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { useKeys } from "#/keys/keys";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page } from "#/ui/Page";
import { useNarrow } from "#/ui/useMedia";
import { Num, Time, Usd } from "#/ui/Values";

type Thread = Schemas["Thread"];

export function ThreadsPage() {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const [active, setActive] = useState(-1);
  const threads = useInfiniteQuery({
    queryKey: ["threads", projectId, environment, range.key],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/threads", {
          params: { query: { environment, cursor, limit: 100, ...range.resolve() } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const rows = threads.data?.pages.flatMap((p) => p.items) ?? [];
  const columns = useMemo(() => columnsOf(projectId, narrow), [projectId, narrow]);
  const open = (thread: Thread) =>
    void navigate({
      to: "/p/$project/thread",
      params: { project: projectId },
      search: { id: thread.threadId },
    });
  useKeys({
    down: () => setActive(Math.min(rows.length - 1, active + 1)),
    up: () => setActive(Math.max(0, active - 1)),
    open: () => rows[active] && open(rows[active]),
  });
  return (
    <Page title="Threads" fill>
      {threads.error && <ErrorState error={threads.error} onRetry={() => void threads.refetch()} />}
      {threads.isPending && <Skeleton />}
      {threads.data && rows.length === 0 && (
        <EmptyState
          icon={<MessagesSquare size={20} aria-hidden />}
          title="No thread in this time range"
        >
          Traces that share an <code>X-Thread-ID</code> are one thread; without it each trace is its
          own.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataGrid
          label="Threads"
          rows={rows}
          rowKey={(t) => t.threadId}
          columns={columns}
          total={threads.hasNextPage ? -1 : rows.length}
          active={active}
          onActive={setActive}
          onOpen={open}
          onNearEnd={() =>
            threads.hasNextPage && !threads.isFetching && void threads.fetchNextPage()
          }
        />
      )}
    </Page>
  );
}

function columnsOf(projectId: string, narrow: boolean): Column<Thread>[] {
  const preview: Column<Thread> = {
    id: "preview",
    head: "Thread",
    width: narrow ? "minmax(0, 1fr)" : "minmax(220px, 2fr)",
    cell: (t) => (
      <Link to="/p/$project/thread" params={{ project: projectId }} search={{ id: t.threadId }}>
        <SafeText text={t.preview || t.threadId} />
      </Link>
    ),
  };
  const last: Column<Thread> = {
    id: "ended",
    head: "Last",
    width: "110px",
    cell: (t) => <Time at={t.endedAt} relative />,
  };
  if (narrow) return [preview, last];
  return [
    preview,
    {
      id: "agents",
      head: "Agents",
      width: "minmax(120px, 1fr)",
      cell: (t) => <SafeText text={t.agents.join(", ")} />,
    },
    {
      id: "user",
      head: "User",
      width: "minmax(100px, 0.6fr)",
      cell: (t) => (t.externalUserId ? <SafeText text={t.externalUserId} /> : "–"),
    },
    last,
    {
      id: "traces",
      head: "Traces",
      width: "76px",
      right: true,
      cell: (t) => <Num value={t.traceCount} />,
    },
    {
      id: "errors",
      head: "Errors",
      width: "76px",
      right: true,
      cell: (t) => <Num value={t.errorCount} />,
    },
    {
      id: "tokens",
      head: "Tokens",
      width: "84px",
      right: true,
      cell: (t) => <Num value={t.tokens.total} short />,
    },
    { id: "cost", head: "Cost", width: "124px", right: true, cell: (t) => <Usd cost={t.cost} /> },
  ];
}
