/** Lays graphs and timelines out beside the page, so that a large one never holds it up. */
import { graphlib, layout } from "@dagrejs/dagre";
import { type BarEvent, type Bars, barsOf } from "../timeline/rows";
import { type LaneNode, placeLanes } from "./lanes";

export interface Places {
  places: Record<string, { x: number; y: number }>;
  laneCount: number;
}

interface LayeredGraph {
  nodes: { id: string; width: number; height: number }[];
  edges: { from: string; to: string }[];
}

/** What can be asked for, and what comes back. */
export interface Layouts {
  lanes: { given: LaneNode[]; answer: Places };
  layers: { given: LayeredGraph; answer: Places };
  timeline: { given: BarEvent[]; answer: Bars };
}

export type Mode = keyof Layouts;
export type LayoutRequest = {
  [M in Mode]: { id: number; mode: M; given: Layouts[M]["given"] };
}[Mode];

export interface LayoutAnswer {
  id: number;
  answer: Layouts[Mode]["answer"];
}

const LANE_WIDTH = 264;
const ROW_HEIGHT = 68;

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  self.postMessage({ id: event.data.id, answer: layOut(event.data) } satisfies LayoutAnswer);
};

function layOut(request: LayoutRequest): Layouts[Mode]["answer"] {
  switch (request.mode) {
    case "lanes":
      return lanes(request.given);
    case "layers":
      return layers(request.given);
    case "timeline":
      return barsOf(request.given);
  }
}

function lanes(nodes: readonly LaneNode[]): Places {
  const { placed, laneCount } = placeLanes(nodes);
  return {
    laneCount,
    places: Object.fromEntries(
      placed.map((p) => [p.id, { x: p.lane * LANE_WIDTH, y: p.row * ROW_HEIGHT }]),
    ),
  };
}

function layers({ nodes, edges }: LayeredGraph): Places {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 40, ranksep: 70 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { from, to } of edges) if (from !== to) graph.setEdge(from, to);
  layout(graph);
  const places: Places["places"] = {};
  for (const { id, width, height } of nodes) {
    const node = graph.node(id);
    places[id] = { x: (node.x ?? 0) - width / 2, y: (node.y ?? 0) - height / 2 };
  }
  return { places, laneCount: 0 };
}
