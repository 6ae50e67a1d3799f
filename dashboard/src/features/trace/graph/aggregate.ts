/** Folds a decision graph: one node per kind and name, edges with the number of times they were taken. */
import type { Schemas } from "#/api/client";

type GraphNode = Schemas["GraphNode"];
type GraphEdge = Schemas["GraphEdge"];

export interface FoldedNode {
  id: string;
  kind: GraphNode["kind"];
  label: string;
  /** In order, for stepping through. */
  members: GraphNode[];
  failed: number;
}

export interface FoldedEdge {
  id: string;
  from: string;
  to: string;
  kind: GraphEdge["kind"];
  count: number;
  rules: string[];
}

export function foldGraph(
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
): { nodes: FoldedNode[]; edges: FoldedEdge[] } {
  const folded = new Map<string, FoldedNode>();
  const home = new Map<string, string>();
  for (const node of nodes) {
    const id = `${node.kind} ${node.label}`;
    home.set(node.id, id);
    const group = folded.get(id) ?? {
      id,
      kind: node.kind,
      label: node.label,
      members: [],
      failed: 0,
    };
    group.members.push(node);
    if (node.status !== "ok") group.failed++;
    folded.set(id, group);
  }
  const between = new Map<string, FoldedEdge>();
  for (const edge of edges) {
    const from = home.get(edge.from);
    const to = home.get(edge.to);
    if (from === undefined || to === undefined) continue;
    const id = `${edge.kind} ${from} > ${to}`;
    const known = between.get(id);
    if (known) {
      known.count++;
      if (!known.rules.includes(edge.rule)) known.rules.push(edge.rule);
    } else between.set(id, { id, from, to, kind: edge.kind, count: 1, rules: [edge.rule] });
  }
  return { nodes: [...folded.values()], edges: [...between.values()] };
}

/** At most `max` neighbours in order around the selected one. */
export function windowAround<T>(items: readonly T[], selected: number, max: number): readonly T[] {
  if (items.length <= max) return items;
  const from = Math.max(0, Math.min(items.length - max, Math.max(selected, 0) - (max >> 1)));
  return items.slice(from, from + max);
}
