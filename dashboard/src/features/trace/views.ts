import { served } from "#/api/client";

export type ViewName = "transcript" | "tree" | "timeline" | "graph" | "findings" | "compare";

const ALL: readonly { value: ViewName; label: string; operation?: string }[] = [
  { value: "transcript", label: "Transcript" },
  { value: "tree", label: "Tree" },
  { value: "timeline", label: "Timeline" },
  { value: "graph", label: "Graph", operation: "GET /api/traces/{traceId}/graph" },
  { value: "findings", label: "Findings", operation: "GET /api/traces/{traceId}/findings" },
];

/** In the order of the keys 1 to 4; a view whose operation is not served is not offered. */
export const VIEWS: readonly { value: ViewName; label: string }[] = ALL.filter(
  (v) => v.operation === undefined || served(v.operation),
);

export const COMPARABLE = served("GET /api/traces/{traceId}/compare/{otherTraceId}");
