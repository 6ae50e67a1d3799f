import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { traceFilters } from "#/query/edit";
import type { Sort } from "#/routes/search";
import { useLive } from "#/shell/liveFeed";
import { useEnvironment, useTimeRange } from "#/shell/scope";
import { useProject } from "#/shell/session";
import { type Pages, patchPages } from "./patch";

export type Trace = Schemas["Trace"];

/** The traces of a query, page by page, with live changes patched in by id. */
export function useTraces(query: string, sort?: Sort) {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  const queries = useQueryClient();
  const queryKey = useMemo(
    () => ["traces", projectId, environment, range.key, query, sort],
    [projectId, environment, range.key, query, sort],
  );
  const list = useInfiniteQuery({
    queryKey,
    placeholderData: keepPreviousData,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      body(
        api.GET("/api/traces", {
          params: {
            query: {
              environment,
              ...range.resolve(),
              ...traceFilters(query),
              sort,
              cursor,
              limit: 100,
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list has nothing new yet
  useEffect(() => setFresh(new Set()), [queryKey]);
  useLive((message) => {
    if (message.type === "reset") return void queries.invalidateQueries({ queryKey });
    if (message.type !== "trace") return;
    let known = false;
    queries.setQueryData<InfiniteData<Pages, string | undefined>>(queryKey, (old) => {
      const patched = old && patchPages(old.pages, message.data);
      known = patched !== undefined;
      return old && patched ? { ...old, pages: patched } : old;
    });
    if (!known) setFresh((old) => new Set(old).add(message.data.traceId));
  });
  const showFresh = useCallback(async () => {
    setFresh(new Set());
    await queries.resetQueries({ queryKey, exact: true });
  }, [queries, queryKey]);
  const rows = list.data?.pages.flatMap((p) => p.items) ?? [];
  return { list, rows, fresh: fresh.size, showFresh };
}

/** Counts over the whole result, from the server. */
export function useFacets(query: string) {
  const { api, projectId } = useProject();
  const environment = useEnvironment();
  const range = useTimeRange();
  return useQuery({
    queryKey: ["trace-facets", projectId, environment, range.key, query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/trace-facets", {
          params: { query: { environment, ...range.resolve(), ...traceFilters(query) } },
          signal,
        }),
      ),
  });
}
