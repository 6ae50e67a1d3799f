/** The nodes and edges as React Flow wants them. */
import { type Edge, Handle, MarkerType, type Node, type NodeProps, Position } from "@xyflow/react";
import type { Schemas } from "#/api/client";
import { duration } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { kindOfNode } from "#/ui/kinds";
import kinds from "#/ui/kinds.module.css";
import { KindTag } from "#/ui/Tags";
import type { Places } from "../layout/layout.worker";
import type { FoldedEdge, FoldedNode } from "./aggregate";
import styles from "./Graph.module.css";
import type { GraphMode } from "./useGraph";

interface StepData extends Record<string, unknown> {
  kind: Schemas["GraphNode"]["kind"];
  label: string;
  facts: string;
  failed: boolean;
  chosen: boolean;
  eventId: string | undefined;
}

export type StepNode = Node<StepData, "step">;

export const NODE_TYPES = { step: Step };

function Step({ data }: NodeProps<StepNode>) {
  return (
    <div
      className={cx(
        styles.node,
        kinds[kindOfNode(data.kind)],
        data.failed && styles.failed,
        data.chosen && styles.chosen,
      )}
    >
      <Handle id="top" type="target" position={Position.Top} />
      <Handle id="side" type="target" position={Position.Right} />
      <KindTag kind={kindOfNode(data.kind)} iconOnly />
      <span className={styles.label}>
        <SafeText text={data.label} />
      </span>
      <span className={styles.facts}>{data.facts}</span>
      <Handle id="bottom" type="source" position={Position.Bottom} />
      <Handle id="side" type="source" position={Position.Right} />
    </div>
  );
}

export function flowNodes(
  mode: GraphMode,
  nodes: readonly Schemas["GraphNode"][],
  folded: readonly FoldedNode[],
  layout: Places | undefined,
  selected: string | null,
): StepNode[] {
  if (!layout) return [];
  const is = (ids: readonly string[]) => selected !== null && ids.includes(selected);
  if (mode === "folded") {
    return folded.flatMap((n) =>
      placed(n.id, layout, {
        kind: n.kind,
        label: n.label,
        facts: n.members.length > 1 ? `×${n.members.length}` : "",
        failed: n.failed > 0,
        chosen: n.members.some((m) => is(m.eventIds)),
        eventId: n.members[0]?.eventIds[0],
      }),
    );
  }
  return nodes.flatMap((n) =>
    placed(n.id, layout, {
      kind: n.kind,
      label: n.label,
      facts: factsOf(n),
      failed: n.status === "error",
      chosen: is(n.eventIds),
      eventId: n.eventIds[0],
    }),
  );
}

function placed(id: string, layout: Places, data: StepData): StepNode[] {
  const position = layout.places[id];
  return position ? [{ id, type: "step", position, data, width: 224, height: 44 }] : [];
}

export function factsOf(node: Schemas["GraphNode"]): string {
  if (node.count > 1) return `×${node.count}`;
  const length = node.endedAt === null ? 0 : Date.parse(node.endedAt) - Date.parse(node.startedAt);
  return length > 0 ? duration(length) : "";
}

const MARKER = { type: MarkerType.ArrowClosed, width: 14, height: 14 };
const WEIGHT = { data: 2, causal: 1, time: 0 } as const;

export function flowEdges(
  mode: GraphMode,
  edges: readonly Schemas["GraphEdge"][],
  folded: readonly FoldedEdge[],
  layout: Places | undefined,
  current: string | undefined,
): Edge[] {
  if (!layout) return [];
  if (mode === "folded") {
    return strongest(folded).map((e) => ({
      id: e.id,
      source: e.from,
      target: e.to,
      ...wayOf(e, layout),
      className: `${e.kind}Edge`,
      markerEnd: MARKER,
      label: e.count > 1 ? `×${e.count}` : undefined,
    }));
  }
  return strongest(edges).map((e, index) => {
    const near = current !== undefined && (e.from === current || e.to === current);
    return {
      id: `${index}`,
      source: e.from,
      target: e.to,
      ...wayOf(e, layout),
      className: cx(`${e.kind}Edge`, near && "nearEdge"),
      markerEnd: MARKER,
      label: near ? (e.fromPath && e.toPath ? `${e.fromPath} → ${e.toPath}` : e.rule) : undefined,
      labelBgPadding: LABEL_PADDING,
      zIndex: near ? 1 : 0,
    };
  });
}

/** Several edges may join one pair; where a value went says more than that it followed. */
function strongest<E extends { from: string; to: string; kind: keyof typeof WEIGHT }>(
  edges: readonly E[],
): E[] {
  const best = new Map<string, E>();
  for (const edge of edges) {
    const pair = `${edge.from}\n${edge.to}`;
    const known = best.get(pair);
    if (!known || WEIGHT[edge.kind] > WEIGHT[known.kind]) best.set(pair, edge);
  }
  return [...best.values()];
}

/** Down to the next row; round the side where nodes would stand in the way, or upwards. */
function wayOf(edge: { from: string; to: string }, { places }: Places) {
  const from = places[edge.from];
  const to = places[edge.to];
  const round = from && to && (to.y <= from.y || (to.x === from.x && to.y - from.y > 1.5 * ROW));
  const handle = round ? { sourceHandle: "side", targetHandle: "side" } : DOWN;
  return { ...handle, type: "smoothstep" };
}

const DOWN = { sourceHandle: "bottom", targetHandle: "top" };
const ROW = 70;
/** Little enough above and below that the ground of a label leaves the nodes their frames. */
const LABEL_PADDING: [number, number] = [4, 0];
