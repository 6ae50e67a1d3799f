import { useQuery } from "@tanstack/react-query";
import { body, type Schemas } from "#/api/client";
import { useProject } from "#/shell/session";

export function useWhy(traceId: string, eventId: string) {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: ["why", projectId, traceId, eventId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/traces/{traceId}/why/{eventId}", {
          params: { path: { traceId, eventId } },
          signal,
        }),
      ) as Promise<Schemas["WhyCard"]>,
  });
}

/** The same card in the server's own words, for pasting into an issue. */
export function useWhyText(traceId: string, eventId: string) {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: ["why-text", projectId, traceId, eventId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/traces/{traceId}/why/{eventId}", {
          params: { path: { traceId, eventId }, query: { format: "text" } },
          parseAs: "text",
          signal,
        }),
      ),
  });
}

export function useContextDiff(traceId: string, eventId: string) {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: ["context-diff", projectId, traceId, eventId],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/traces/{traceId}/context-diff/{eventId}", {
          params: { path: { traceId, eventId } },
          signal,
        }),
      ),
  });
}
