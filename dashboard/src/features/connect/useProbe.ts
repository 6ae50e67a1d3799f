import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { body, type Schemas } from "#/api/client";
import { openLive } from "#/api/live";
import { useProject } from "#/shell/session";

export type Arrival =
  | { kind: "trace"; at: string; trace: Schemas["Trace"] }
  | { kind: "refusal"; at: string; refusal: Schemas["Refusal"] };

const SHOWN_MAX = 12;

/** What reaches the gateway while the page is open: accepted calls and refused ones. */
export function useProbe(): { arrivals: Arrival[]; since: number } {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [since] = useState(() => Date.now());
  const [arrivals, setArrivals] = useState<Arrival[]>([]);
  useEffect(
    () =>
      openLive({
        projectId,
        probe: true,
        onState: () => {},
        onMessage: (message) => {
          if (message.type === "trace") {
            const { data: trace } = message;
            setArrivals((old) => put(old, { kind: "trace", at: trace.startedAt, trace }));
            void queries.invalidateQueries({ queryKey: ["any-trace", projectId] });
          } else if (message.type === "refusal") {
            const { data: refusal } = message;
            setArrivals((old) => put(old, { kind: "refusal", at: refusal.at, refusal }));
          }
        },
      }),
    [projectId, queries],
  );
  // Refusals from just before the page was open or while the line was down.
  const earlier = useQuery({
    queryKey: ["refusals", projectId, since],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/refusals", {
          params: {
            query: { since: new Date(since - 60_000).toISOString(), probe: "true", limit: 10 },
          },
          signal,
        }),
      ),
  });
  const known = new Set(arrivals.map(idOf));
  const before = (earlier.data?.items ?? [])
    .map((refusal): Arrival => ({ kind: "refusal", at: refusal.at, refusal }))
    .filter((a) => !known.has(idOf(a)));
  return { arrivals: [...arrivals, ...before].slice(0, SHOWN_MAX), since };
}

function put(old: Arrival[], arrival: Arrival): Arrival[] {
  return [arrival, ...old.filter((a) => idOf(a) !== idOf(arrival))].slice(0, SHOWN_MAX);
}

export function idOf(arrival: Arrival): string {
  return arrival.kind === "trace" ? `t:${arrival.trace.traceId}` : `r:${arrival.refusal.id}`;
}
