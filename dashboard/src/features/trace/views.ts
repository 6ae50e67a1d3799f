export type ViewName = "transcript" | "tree" | "timeline" | "graph" | "findings";

/** In the order of the keys 1 to 4; a view whose operation is not served is not offered. */
export const VIEWS: readonly { value: ViewName; label: string; operation: string | null }[] = [
  { value: "transcript", label: "Transcript", operation: null },
  { value: "tree", label: "Tree", operation: null },
  { value: "timeline", label: "Timeline", operation: null },
];
