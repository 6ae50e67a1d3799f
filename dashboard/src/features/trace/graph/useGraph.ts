import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { body, type Schemas } from "#/api/client";
import { useProject } from "#/shell/session";
import type { Places } from "../layout/layout.worker";
import { layOut } from "../layout/worker";
import { foldGraph, windowAround } from "./aggregate";

export type GraphMode = "ran" | "folded";

export const NODES_MAX = 2000;
const LAYOUT_LIMIT_MS = 2000;
export const NODE_SIZE = { width: 224, height: 44 };

export function useGraph(traceId: string, generation: number) {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: ["graph", projectId, traceId, generation],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      body(api.GET("/api/traces/{traceId}/graph", { params: { path: { traceId } }, signal })),
  });
}

/** What is drawn and where; places are missing while the worker runs. */
export function useLayout(graph: Schemas["Graph"], mode: GraphMode, selectedEvent: string | null) {
  const shown = useMemo(() => {
    const at = selectedEvent
      ? graph.nodes.findIndex((n) => n.eventIds.includes(selectedEvent))
      : -1;
    const nodes = windowAround(graph.nodes, graph.nodes.length > NODES_MAX ? at : 0, NODES_MAX);
    const known = new Set(nodes.map((n) => n.id));
    return { nodes, edges: graph.edges.filter((e) => known.has(e.from) && known.has(e.to)) };
  }, [graph, selectedEvent]);
  const folded = useMemo(() => foldGraph(shown.nodes, shown.edges), [shown]);
  const layout = useQuery({
    queryKey: [
      "graph-layout",
      mode,
      shown.nodes.length,
      shown.nodes[0]?.id,
      shown.nodes.at(-1)?.id,
      shown.edges.length,
    ],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: () => (mode === "folded" ? layers(folded) : lanes(shown.nodes)),
  });
  return { shown, folded, layout: layout.data };
}

function lanes(nodes: readonly Schemas["GraphNode"][]): Promise<Places> {
  const given = nodes.map((n) => ({
    id: n.id,
    startMs: Date.parse(n.startedAt),
    endMs: Date.parse(n.endedAt ?? n.startedAt),
  }));
  return layOut("lanes", given, 5 * LAYOUT_LIMIT_MS);
}

async function layers({ nodes, edges }: ReturnType<typeof foldGraph>): Promise<Places> {
  const given = {
    nodes: nodes.map((n) => ({ id: n.id, ...NODE_SIZE })),
    edges: edges.map(({ from, to }) => ({ from, to })),
  };
  try {
    return await layOut("layers", given, LAYOUT_LIMIT_MS);
  } catch {
    const inOrder = nodes.map((n, index) => ({ id: n.id, startMs: index, endMs: index + 1 }));
    return layOut("lanes", inOrder, 5 * LAYOUT_LIMIT_MS);
  }
}
