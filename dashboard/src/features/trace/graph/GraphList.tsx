import type { Schemas } from "#/api/client";
import { SafeText } from "#/text/SafeText";
import { type Column, DataGrid } from "#/ui/DataGrid";
import { kindOfNode } from "#/ui/kinds";
import { KindTag } from "#/ui/Tags";
import { Time } from "#/ui/Values";
import { factsOf } from "./flow";

type GraphNode = Schemas["GraphNode"];
type GraphEdge = Schemas["GraphEdge"];

const WORD: Record<GraphEdge["kind"], string> = {
  causal: "led to by",
  data: "data from",
  time: "after",
};

/** The graph in words: each node, and the edges that lead to it with their rule. */
export function GraphList({
  nodes,
  edges,
  selected,
  onSelect,
}: {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  selected: string | null;
  onSelect: (eventId: string) => void;
}) {
  const labels = new Map(nodes.map((n) => [n.id, n.label]));
  const incoming = new Map<string, GraphEdge[]>();
  for (const edge of edges) incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge]);
  const columns: Column<GraphNode>[] = [
    {
      id: "kind",
      head: "Kind",
      width: "130px",
      cell: (n) => <KindTag kind={kindOfNode(n.kind)} />,
    },
    {
      id: "label",
      head: "Step",
      width: "minmax(160px, 1fr)",
      cell: (n) => <SafeText text={n.label} />,
    },
    {
      id: "from",
      head: "Comes from",
      width: "minmax(260px, 2fr)",
      cell: (n) => (
        <SafeText
          text={
            (incoming.get(n.id) ?? [])
              .map(
                (e) =>
                  `${WORD[e.kind]} ${labels.get(e.from) ?? "?"} (${e.rule}${e.toPath ? ` ${e.toPath}` : ""})`,
              )
              .join("; ") || "–"
          }
        />
      ),
    },
    { id: "time", head: "Started", width: "120px", cell: (n) => <Time at={n.startedAt} /> },
    { id: "facts", head: "Took", width: "90px", right: true, cell: factsOf },
  ];
  return (
    <DataGrid
      label="Nodes of the decision graph"
      rows={nodes}
      rowKey={(n) => n.id}
      columns={columns}
      active={selected ? nodes.findIndex((n) => n.eventIds.includes(selected)) : -1}
      onOpen={(n) => n.eventIds[0] && onSelect(n.eventIds[0])}
    />
  );
}
