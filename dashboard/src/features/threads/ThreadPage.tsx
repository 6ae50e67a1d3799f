import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ChevronLeft, SearchX } from "lucide-react";
import { body, type Schemas } from "#/api/client";
import { Problem } from "#/api/problems";
import { count, plural } from "#/format/format";
import { EventContent } from "#/record/Content";
import { TraceHead } from "#/record/TraceHead";
import { useTrace } from "#/record/useTrace";
import { useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { Button, buttonClass } from "#/ui/Button";
import { kindOfEvent } from "#/ui/kinds";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Page, Panel, Stats } from "#/ui/Page";
import { KindTag, Pill } from "#/ui/Tags";
import { Num, Span, Time, Usd } from "#/ui/Values";
import styles from "./Thread.module.css";

const EVENTS_PER_TRACE = 40;

/** All traces of a thread, oldest first, as one transcript. */
export function ThreadPage() {
  const { id } = useSearch({ from: "/p/$project/thread" });
  const { api, projectId } = useProject();
  const thread = useInfiniteQuery({
    queryKey: ["thread", projectId, id],
    enabled: id !== "",
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: traceCursor, signal }) =>
      body(
        api.GET("/api/threads/{threadId}", {
          params: { path: { threadId: id }, query: { traceCursor } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextTraceCursor ?? undefined,
  });
  const first = thread.data?.pages[0];
  const traces = (thread.data?.pages.flatMap((p) => p.traces) ?? []).toSorted((a, b) =>
    a.startedAt.localeCompare(b.startedAt),
  );
  const back = (
    <Link
      to="/p/$project/threads"
      params={{ project: projectId }}
      className={buttonClass({ variant: "ghost", size: "small" })}
      aria-label="Back to threads"
    >
      <ChevronLeft size={16} aria-hidden />
    </Link>
  );
  const unknown = id === "" || (thread.error instanceof Problem && thread.error.status === 404);
  return (
    <Page
      title={<SafeText text={id || "Thread"} />}
      tab={`Thread ${visibleText(id)}`}
      before={back}
      narrow
    >
      {unknown && (
        <EmptyState
          icon={<SearchX size={20} aria-hidden />}
          title="There is no such thread in this project"
        />
      )}
      {thread.error && !unknown && (
        <ErrorState error={thread.error} onRetry={() => void thread.refetch()} />
      )}
      {thread.isPending && !unknown && <Skeleton />}
      {first && (
        <>
          <Stats
            items={[
              ["Traces", <Num key="t" value={first.traceCount} />],
              ["Errors", <Num key="e" value={first.errorCount} />],
              ["Tokens", <Num key="k" value={first.tokens.total} short />],
              ["Cost", <Usd key="c" cost={first.cost} />],
              ["Last", <Time key="l" at={first.endedAt} relative />],
            ]}
          />
          <div className={styles.traces}>
            {traces.map((trace) => (
              <TraceOfThread key={trace.traceId} trace={trace} />
            ))}
          </div>
          {thread.hasNextPage && (
            <Button onClick={() => void thread.fetchNextPage()} busy={thread.isFetchingNextPage}>
              {count(traces.length)} of {plural(first.traceCount, "trace")}, show more
            </Button>
          )}
        </>
      )}
    </Page>
  );
}

function TraceOfThread({ trace }: { trace: Schemas["Trace"] }) {
  const { projectId } = useProject();
  const { query, events } = useTrace(trace.traceId, EVENTS_PER_TRACE);
  const shown = events.slice(0, EVENTS_PER_TRACE);
  return (
    <Panel
      title={
        <Link to="/p/$project/trace" params={{ project: projectId }} search={{ id: trace.traceId }}>
          <SafeText text={trace.traceId} />
        </Link>
      }
      tools={<Pill>{<SafeText text={trace.agentName} />}</Pill>}
    >
      <TraceHead trace={trace} />
      {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={3} />}
      <ol className={styles.events}>
        {shown.map((event) => (
          <li key={event.id}>
            <div className={styles.head}>
              <KindTag
                kind={kindOfEvent(event.eventType)}
                word={event.tool ?? event.model ?? undefined}
              />
              {event.latencyMs !== null && <Span ms={event.latencyMs} />}
            </div>
            <EventContent event={event} short />
          </li>
        ))}
      </ol>
      {trace.eventCount > shown.length && shown.length > 0 && (
        <p className={styles.note}>
          {shown.length} of {plural(trace.eventCount, "event")}. Open the trace for the rest.
        </p>
      )}
    </Panel>
  );
}
