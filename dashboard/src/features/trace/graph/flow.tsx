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
      <Handle type="target" position={Position.Top} />
      <KindTag kind={kindOfNode(data.kind)} iconOnly />
      <span className={styles.label}>
        <SafeText text={data.label} />
      </span>
      <span className={styles.facts}>{data.facts}</span>
      <Handle type="source" position={Position.Bottom} />
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

export function flowEdges(
  mode: GraphMode,
  edges: readonly Schemas["GraphEdge"][],
  folded: readonly FoldedEdge[],
  current: string | undefined,
): Edge[] {
  const marker = { type: MarkerType.ArrowClosed, width: 14, height: 14 };
  if (mode === "folded") {
    return folded.map((e) => ({
      id: e.id,
      source: e.from,
      target: e.to,
      className: `${e.kind}Edge`,
      markerEnd: marker,
      label: e.count > 1 ? `×${e.count}` : undefined,
      type: e.from === e.to ? "smoothstep" : "default",
    }));
  }
  return edges.map((e, index) => {
    const near = current !== undefined && (e.from === current || e.to === current);
    // Two edges may join one pair; where a value went says more than that it followed.
    const outdone =
      e.kind !== "data" &&
      edges.some((o) => o.kind === "data" && o.from === e.from && o.to === e.to);
    const path = e.fromPath && e.toPath ? `${e.fromPath} → ${e.toPath}` : e.rule;
    return {
      id: `${index}`,
      source: e.from,
      target: e.to,
      className: cx(`${e.kind}Edge`, near && "nearEdge"),
      markerEnd: marker,
      label: near && !outdone ? path : undefined,
      type: "smoothstep",
    };
  });
}
