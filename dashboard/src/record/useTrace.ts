import {
  infiniteQueryOptions,
  type QueryClient,
  useInfiniteQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { apiFor, body } from "#/api/client";
import { useLive } from "#/shell/liveFeed";
import { useProject } from "#/shell/session";
import { eventsOf, type TracePages, withTail } from "./tail";

/** Pages of events are fetched by themselves up to here; more on demand. */
export const EVENTS_AT_ONCE = 10_000;
const REFRESH_AFTER_MS = 400;
const TAIL_TRIES = 2;

export const traceKey = (projectId: string, traceId: string) => ["trace", projectId, traceId];

/** Begun by the address already, so that the events come while the page's code does. */
export const traceQuery = (projectId: string, traceId: string) =>
  infiniteQueryOptions({
    queryKey: traceKey(projectId, traceId),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => pageOf(projectId, traceId, pageParam, signal),
    getNextPageParam: (page) => page.nextEventCursor ?? undefined,
  });

/** A trace with its events; live events bring the newest state without losing the place. */
export function useTrace(traceId: string, eventsWanted = EVENTS_AT_ONCE) {
  const { projectId } = useProject();
  const query = useInfiniteQuery({ ...traceQuery(projectId, traceId), enabled: traceId !== "" });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const events = useMemo(() => eventsOf(data?.pages ?? []), [data]);
  useEffect(() => {
    if (hasNextPage && !isFetching && events.length < eventsWanted) void fetchNextPage();
  }, [hasNextPage, isFetching, events.length, eventsWanted, fetchNextPage]);

  useLiveTail(projectId, traceId);
  return { query, trace: data?.pages.at(-1), events };
}

/** What is new stands at the end of a trace; when it closes, all of it is read once more. */
function useLiveTail(projectId: string, traceId: string): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const whole = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  // A stream of events must neither put off the next reading for ever nor cut one short.
  const soon = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (queries.isFetching({ queryKey: traceKey(projectId, traceId) }) > 0) return soon();
      const all = whole.current;
      whole.current = false;
      void (all ? readAgain(queries, projectId, traceId) : readTail(queries, projectId, traceId));
    }, REFRESH_AFTER_MS);
  };
  useLive((message) => {
    if (message.type === "refusal") return;
    if (message.type !== "reset" && message.data.traceId !== traceId) return;
    whole.current ||=
      message.type === "reset" || (message.type === "trace" && message.data.status !== "open");
    soon();
  });
}

const readAgain = (queries: QueryClient, projectId: string, traceId: string) =>
  queries.invalidateQueries({ queryKey: traceKey(projectId, traceId) });

/** Tried again once: the trace's figures may be a moment ahead of its events. */
async function readTail(queries: QueryClient, projectId: string, traceId: string): Promise<void> {
  const { queryKey } = traceQuery(projectId, traceId);
  for (let tries = 0; tries < TAIL_TRIES; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, REFRESH_AFTER_MS));
    const old = queries.getQueryData<TracePages>(queryKey);
    if (!old || old.pages.length < 2) break;
    const last = await pageOf(projectId, traceId, old.pageParams.at(-1)).catch(() => undefined);
    const next =
      last && queries.getQueryData<TracePages>(queryKey) === old ? withTail(old, last) : undefined;
    if (next) {
      queries.setQueryData(queryKey, next);
      return;
    }
  }
  await readAgain(queries, projectId, traceId);
}

const pageOf = (
  projectId: string,
  traceId: string,
  eventCursor: string | undefined,
  signal?: AbortSignal,
) =>
  body(
    apiFor(projectId).GET("/api/traces/{traceId}", {
      params: { path: { traceId }, query: { eventCursor } },
      ...(signal && { signal }),
    }),
  );
