/** Lays graphs out beside the page, so that a large one never holds it up. */
import { graphlib, layout } from "@dagrejs/dagre";
import { type LaneNode, placeLanes } from "./lanes";

export type LayoutRequest =
  | { id: number; mode: "lanes"; nodes: LaneNode[] }
  | {
      id: number;
      mode: "layers";
      nodes: { id: string; width: number; height: number }[];
      edges: { from: string; to: string }[];
    };

export interface LayoutAnswer {
  id: number;
  places: Record<string, { x: number; y: number }>;
  laneCount: number;
}

export const LANE_WIDTH = 264;
export const ROW_HEIGHT = 68;

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  const request = event.data;
  self.postMessage(request.mode === "lanes" ? lanes(request.id, request.nodes) : layers(request));
};

function lanes(id: number, nodes: LaneNode[]): LayoutAnswer {
  const { placed, laneCount } = placeLanes(nodes);
  return {
    id,
    laneCount,
    places: Object.fromEntries(
      placed.map((p) => [p.id, { x: p.lane * LANE_WIDTH, y: p.row * ROW_HEIGHT }]),
    ),
  };
}

function layers(request: Extract<LayoutRequest, { mode: "layers" }>): LayoutAnswer {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 40, ranksep: 70 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of request.nodes) graph.setNode(id, { width, height });
  for (const { from, to } of request.edges) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  const places: LayoutAnswer["places"] = {};
  for (const { id, width, height } of request.nodes) {
    const node = graph.node(id);
    places[id] = { x: (node.x ?? 0) - width / 2, y: (node.y ?? 0) - height / 2 };
  }
  return { id: request.id, places, laneCount: 0 };
}
