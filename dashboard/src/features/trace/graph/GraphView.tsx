import "@xyflow/react/dist/base.css";
import { ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { List, Maximize, Waypoints, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Schemas } from "#/api/client";
import { count } from "#/format/format";
import { useKeys } from "#/keys/keys";
import { useLocal } from "#/shell/local";
import { Button, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Select } from "#/ui/Select";
import { useMedia } from "#/ui/useMedia";
import { View } from "../View";
import { flowEdges, flowNodes, NODE_TYPES } from "./flow";
import styles from "./Graph.module.css";
import { GraphList } from "./GraphList";
import { type GraphMode, useGraph, useLayout } from "./useGraph";

const MODES = [
  { value: "ran", label: "As it ran", note: "a row per step, a lane per concurrent span" },
  { value: "folded", label: "Aggregated", note: "one node per tool, with counts" },
] as const;

const LEGEND = [
  [cx(styles.line), "led to"],
  [cx(styles.line, styles.lineData), "data"],
  [cx(styles.line, styles.lineTime), "came after"],
] as const;

interface Props {
  traceId: string;
  /** Rises when the trace has grown, so that the graph is asked again. */
  generation: number;
  mode: GraphMode;
  onMode: (mode: GraphMode) => void;
  selected: string | null;
  onSelect: (eventId: string) => void;
}

export default function GraphView(props: Props) {
  const graph = useGraph(props.traceId, props.generation);
  if (graph.error) return <ErrorState error={graph.error} onRetry={() => void graph.refetch()} />;
  if (!graph.data) return <Skeleton />;
  return (
    <ReactFlowProvider>
      <Graph {...props} graph={graph.data} />
    </ReactFlowProvider>
  );
}

function Graph({ graph, mode, onMode, selected, onSelect }: Props & { graph: Schemas["Graph"] }) {
  const { shown, folded, layout } = useLayout(graph, mode, selected);
  const [asList, setAsList] = useState(false);
  const flow = useReactFlow();
  const { theme } = useLocal();
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const current = selected ? shown.nodes.find((n) => n.eventIds.includes(selected)) : undefined;
  const nodes = useMemo(
    () => flowNodes(mode, shown.nodes, folded.nodes, layout, selected),
    [mode, shown, folded, layout, selected],
  );
  const edges = useMemo(
    () => flowEdges(mode, shown.edges, folded.edges, layout, current?.id),
    [mode, shown, folded, layout, current?.id],
  );
  const select = (node: Schemas["GraphNode"] | undefined) =>
    node?.eventIds[0] && onSelect(node.eventIds[0]);
  const follow = (outwards: boolean) => {
    if (!current) return select(shown.nodes[0]);
    const ways = shown.edges.filter((e) => (outwards ? e.from : e.to) === current.id);
    const way =
      ways.find((e) => e.kind === "causal") ?? ways.find((e) => e.kind === "time") ?? ways[0];
    if (way) select(shown.nodes.find((n) => n.id === (outwards ? way.to : way.from)));
  };
  useKeys({
    down: () => follow(true),
    up: () => follow(false),
    zoomIn: () => void flow.zoomIn(),
    zoomOut: () => void flow.zoomOut(),
    zoomFit: () => void flow.fitView(),
  });
  useEffect(() => {
    const place = current && mode === "ran" ? layout?.places[current.id] : undefined;
    if (place)
      void flow.setCenter(place.x + 112, place.y + 22, {
        zoom: Math.max(0.7, flow.getZoom()),
        duration: 150,
      });
  }, [current, layout, mode, flow]);
  const dark = theme === "dark" || (theme === "system" && systemDark);
  return (
    <View
      legend={LEGEND}
      tools={
        <>
          <Select label="Graph" value={mode} options={MODES} onChange={onMode} />
          {mode === "folded" && (
            <Stepper folded={folded.nodes} selected={selected} onSelect={onSelect} />
          )}
          <IconButton label="Zoom out" size="small" onClick={() => void flow.zoomOut()}>
            <ZoomOut size={15} aria-hidden />
          </IconButton>
          <IconButton label="Zoom in" size="small" onClick={() => void flow.zoomIn()}>
            <ZoomIn size={15} aria-hidden />
          </IconButton>
          <IconButton label="Fit" size="small" onClick={() => void flow.fitView()}>
            <Maximize size={15} aria-hidden />
          </IconButton>
          <Button
            size="small"
            variant="ghost"
            aria-pressed={asList}
            icon={asList ? <Waypoints size={14} aria-hidden /> : <List size={14} aria-hidden />}
            onClick={() => setAsList(!asList)}
          >
            {asList ? "As graph" : "As list"}
          </Button>
        </>
      }
    >
      {(graph.truncated || shown.nodes.length < graph.nodes.length) && (
        <Notice>
          {shown.nodes.length < graph.nodes.length
            ? `${count(shown.nodes.length)} of ${count(graph.nodes.length)} nodes, around the selection. `
            : ""}
          {graph.truncated &&
            "The trace is larger than the graph: stretches of it stand as groups."}
        </Notice>
      )}
      {asList ? (
        <GraphList
          nodes={shown.nodes}
          edges={shown.edges}
          selected={selected}
          onSelect={onSelect}
        />
      ) : (
        <section className={styles.canvas} aria-label="Decision graph">
          {layout && (
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODE_TYPES}
              colorMode={dark ? "dark" : "light"}
              fitView
              fitViewOptions={{ maxZoom: 1, minZoom: 0.4 }}
              minZoom={0.05}
              onlyRenderVisibleElements
              nodesDraggable={false}
              nodesConnectable={false}
              nodesFocusable={false}
              edgesFocusable={false}
              disableKeyboardA11y
              deleteKeyCode={null}
              selectionKeyCode={null}
              multiSelectionKeyCode={null}
              onNodeClick={(_, node) => node.data.eventId && onSelect(node.data.eventId)}
            />
          )}
        </section>
      )}
    </View>
  );
}

/** Steps through the members of a folded node, one after the other. */
function Stepper({
  folded,
  selected,
  onSelect,
}: {
  folded: ReturnType<typeof useLayout>["folded"]["nodes"];
  selected: string | null;
  onSelect: (eventId: string) => void;
}) {
  const group = selected
    ? folded.find((g) => g.members.some((m) => m.eventIds.includes(selected)))
    : undefined;
  if (!group || group.members.length < 2) return null;
  const at = group.members.findIndex((m) => selected !== null && m.eventIds.includes(selected));
  const go = (index: number) => {
    const event = group.members[(index + group.members.length) % group.members.length]?.eventIds[0];
    if (event) onSelect(event);
  };
  return (
    <div className={styles.stepper}>
      <Button size="small" onClick={() => go(at - 1)}>
        Previous
      </Button>
      <span>
        {at + 1} of {group.members.length}
      </span>
      <Button size="small" onClick={() => go(at + 1)}>
        Next
      </Button>
    </div>
  );
}
