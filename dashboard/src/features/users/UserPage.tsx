import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ChevronLeft, ListTree, SearchX } from "lucide-react";
import { body } from "#/api/client";
import { Problem } from "#/api/problems";
import { quoteValue } from "#/query/grammar";
import { TraceTable } from "#/record/TraceTable";
import { useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { buttonClass } from "#/ui/Button";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page, Panel, Stats } from "#/ui/Page";
import { Num, Time, Usd } from "#/ui/Values";
import { UserMenu } from "./UserMenu";

export function UserPage() {
  const { id } = useSearch({ from: "/p/$project/user" });
  const { api, projectId } = useProject();
  const params = { project: projectId };
  const user = useQuery({
    queryKey: ["user", projectId, id],
    enabled: id !== "",
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/users/{externalUserId}", {
          params: { path: { externalUserId: id } },
          signal,
        }),
      ),
  });
  const traces = useQuery({
    queryKey: ["user-traces", projectId, id],
    enabled: id !== "",
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/traces", { params: { query: { externalUserId: id, limit: 20 } }, signal }),
      ),
  });
  const back = (
    <Link
      to="/p/$project/users"
      params={params}
      className={buttonClass({ variant: "ghost", size: "small" })}
      aria-label="Back to users"
    >
      <ChevronLeft size={16} aria-hidden />
    </Link>
  );
  const all = (
    <Link
      to="/p/$project/traces"
      params={params}
      search={{ q: `user:${quoteValue(id)}`, range: "30d" }}
      className={buttonClass()}
    >
      <ListTree size={14} aria-hidden /> All traces
    </Link>
  );
  const unknown = id === "" || (user.error instanceof Problem && user.error.status === 404);
  return (
    <Page
      title={<SafeText text={id || "User"} />}
      tab={`User ${visibleText(id)}`}
      before={back}
      tools={
        !unknown && (
          <>
            {all}
            {user.data && <UserMenu userId={id} traces={user.data.traceCount} />}
          </>
        )
      }
      narrow
    >
      {unknown && (
        <EmptyState
          icon={<SearchX size={20} aria-hidden />}
          title="There is no such user in this project"
        />
      )}
      {user.error && !unknown && (
        <ErrorState error={user.error} onRetry={() => void user.refetch()} />
      )}
      {user.isPending && !unknown && <Skeleton />}
      {user.data && (
        <>
          <Stats
            items={[
              ["Traces", <Num key="t" value={user.data.traceCount} />],
              ["Threads", <Num key="h" value={user.data.threadCount} />],
              ["Errors", <Num key="e" value={user.data.errorCount} />],
              ["Tokens", <Num key="k" value={user.data.tokens.total} short />],
              ["Cost", <Usd key="c" cost={user.data.cost} />],
              ["Last seen", <Time key="l" at={user.data.lastSeenAt} relative />],
            ]}
          />
          <br />
          <Panel title="Latest traces" flush>
            {traces.data && <TraceTable traces={traces.data.items} />}
          </Panel>
        </>
      )}
    </Page>
  );
}
