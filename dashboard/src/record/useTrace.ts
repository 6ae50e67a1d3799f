import { infiniteQueryOptions, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { apiFor, body, type Schemas } from "#/api/client";
import { useLive } from "#/shell/liveFeed";
import { useProject } from "#/shell/session";

/** Pages of events are fetched by themselves up to here; more on demand. */
export const EVENTS_AT_ONCE = 10_000;
const REFRESH_AFTER_MS = 400;

export const traceKey = (projectId: string, traceId: string) => ["trace", projectId, traceId];

/** Begun by the address already, so that the events come while the page's code does. */
export const traceQuery = (projectId: string, traceId: string) =>
  infiniteQueryOptions({
    queryKey: traceKey(projectId, traceId),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: eventCursor, signal }) =>
      body(
        apiFor(projectId).GET("/api/traces/{traceId}", {
          params: { path: { traceId }, query: { eventCursor } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextEventCursor ?? undefined,
  });

/** A trace with its events; live events bring the newest state without losing the place. */
export function useTrace(traceId: string, eventsWanted = EVENTS_AT_ONCE) {
  const { projectId } = useProject();
  const queries = useQueryClient();
  const query = useInfiniteQuery({ ...traceQuery(projectId, traceId), enabled: traceId !== "" });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const events = useMemo(() => unique(data?.pages.flatMap((p) => p.events) ?? []), [data]);
  useEffect(() => {
    if (hasNextPage && !isFetching && events.length < eventsWanted) void fetchNextPage();
  }, [hasNextPage, isFetching, events.length, eventsWanted, fetchNextPage]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((message) => {
    const concerned =
      message.type === "reset" || (message.type !== "refusal" && message.data.traceId === traceId);
    if (!concerned) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => void queries.invalidateQueries({ queryKey: traceKey(projectId, traceId) }),
      REFRESH_AFTER_MS,
    );
  });
  return { query, trace: data?.pages.at(-1), events };
}

/** Pages that were fetched at different moments may overlap. */
function unique(events: Schemas["Event"][]): Schemas["Event"][] {
  const seen = new Set<string>();
  return events.filter((e) => !seen.has(e.id) && seen.add(e.id));
}
