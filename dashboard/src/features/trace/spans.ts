/** Groups the events of a trace into spans and hangs them under their parents. */
import type { Event } from "#/record/content";
import { type Kind, kindOfEvent } from "#/ui/kinds";

/** What is read of an event, so that a worker can be given no more than that. */
export type SpanFacts = Pick<
  Event,
  | "id"
  | "eventType"
  | "source"
  | "spanId"
  | "parentSpanId"
  | "stepId"
  | "parentStepId"
  | "timestamp"
  | "latencyMs"
  | "status"
  | "model"
  | "tool"
  | "toolCallId"
>;

/** What lies in the content of an event. */
export interface Reading<E> {
  /** Ids of the tool calls that an answer asks for. */
  callIds: (event: E) => readonly string[];
  summary: (event: E) => string;
}

export interface SpanNode<E extends SpanFacts = Event> {
  id: string;
  kind: Kind;
  label: string;
  events: E[];
  status: Event["status"];
  startMs: number;
  endMs: number;
  /** False when nothing told how long it took. */
  measured: boolean;
  children: SpanNode<E>[];
  /** Its parent was named but never seen. */
  orphan: boolean;
}

export interface SpanTree<E extends SpanFacts = Event> {
  roots: SpanNode<E>[];
  orphans: SpanNode<E>[];
  /** All spans by start. */
  ordered: SpanNode<E>[];
}

const MAIN: readonly Event["eventType"][] = [
  "llm_response",
  "embedding_response",
  "tool_call_request",
  "tool_call_response",
  "tool_result",
  "error",
  "agent_message",
  "system_message",
  "llm_thinking",
  "embedding_request",
  "user_message",
];

export function spanTree<E extends SpanFacts>(
  events: readonly E[],
  reading: Reading<E>,
): SpanTree<E> {
  const nodes = new Map<string, SpanNode<E>>();
  const groups = new Map<string, E[]>();
  for (const event of events) {
    const group = groups.get(event.spanId);
    if (group) group.push(event);
    else groups.set(event.spanId, [event]);
  }
  for (const group of groups.values()) {
    const node = nodeOf(group, reading);
    nodes.set(node.id, node);
  }
  const spanOfStep = new Map<number, string>();
  const spanOfCall = new Map<string, string>();
  for (const event of events) {
    if (event.stepId !== null && !spanOfStep.has(event.stepId))
      spanOfStep.set(event.stepId, event.spanId);
    if (event.eventType === "llm_response")
      for (const id of reading.callIds(event)) spanOfCall.set(id, event.spanId);
  }
  const parents = new Map<string, string>();
  const tree: SpanTree<E> = {
    roots: [],
    orphans: [],
    ordered: [...nodes.values()].sort((a, b) => a.startMs - b.startMs),
  };
  // In the order of the events, which is the order of the trace; times alone may mislead.
  for (const node of nodes.values()) {
    const named = node.events.find(
      (e) => e.parentSpanId !== null && e.parentSpanId !== node.id,
    )?.parentSpanId;
    const parent = named ?? derivedParent(node, spanOfStep, spanOfCall);
    const found = parent === undefined ? undefined : nodes.get(parent);
    if (found && !isAbove(node.id, found.id, parents)) {
      parents.set(node.id, found.id);
      found.children.push(node);
    } else if (named && !found) {
      node.orphan = true;
      tree.orphans.push(node);
    } else tree.roots.push(node);
  }
  return tree;
}

function derivedParent<E extends SpanFacts>(
  node: SpanNode<E>,
  spanOfStep: Map<number, string>,
  spanOfCall: Map<string, string>,
): string | undefined {
  for (const event of node.events) {
    // A model call is no child of the one before it, though it answers its tool results.
    if (event.toolCallId && event.eventType !== "llm_response" && node.kind !== "model") {
      const issuer = spanOfCall.get(event.toolCallId);
      if (issuer && issuer !== node.id) return issuer;
    }
    if (event.source !== "proxy" && event.parentStepId !== null) {
      const parent = spanOfStep.get(event.parentStepId);
      if (parent && parent !== node.id) return parent;
    }
  }
  return undefined;
}

/** Whether hanging `child` under `parent` would close a circle. */
function isAbove(child: string, parent: string, parents: Map<string, string>): boolean {
  for (let at: string | undefined = parent; at !== undefined; at = parents.get(at))
    if (at === child) return true;
  return false;
}

function nodeOf<E extends SpanFacts>(events: E[], reading: Reading<E>): SpanNode<E> {
  const main =
    MAIN.map((type) => events.find((e) => e.eventType === type)).find((e) => e !== undefined) ??
    (events[0] as E);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let latency = -1;
  for (const event of events) {
    const at = Date.parse(event.timestamp);
    first = Math.min(first, at);
    last = Math.max(last, at);
    latency = Math.max(latency, event.latencyMs ?? -1);
  }
  const measured = latency >= 0;
  return {
    id: main.spanId,
    kind: kindOfEvent(main.eventType),
    label: main.model ?? main.tool ?? reading.summary(main),
    events,
    status: events.find((e) => e.status !== "ok")?.status ?? "ok",
    // The last event of a span is its answer, told when it was there: the start lies a latency before.
    startMs: measured ? Math.min(first, last - latency) : first,
    endMs: last,
    measured,
    children: [],
    orphan: false,
  };
}

export type TreeRow =
  | { kind: "span"; id: string; depth: number; node: SpanNode; open: boolean; hasChildren: boolean }
  | { kind: "event"; id: string; depth: number; event: Event }
  | { kind: "missing"; id: string; depth: number; count: number };

/** The rows that are open now, without recursion. */
export function treeRows(tree: SpanTree, closed: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const stack: ({ node: SpanNode; depth: number } | { missing: number })[] = [];
  for (const node of tree.orphans.toReversed()) stack.push({ node, depth: 1 });
  if (tree.orphans.length > 0) stack.push({ missing: tree.orphans.length });
  for (const node of tree.roots.toReversed()) stack.push({ node, depth: 0 });
  for (let item = stack.pop(); item; item = stack.pop()) {
    if ("missing" in item) {
      rows.push({ kind: "missing", id: "missing", depth: 0, count: item.missing });
      continue;
    }
    const { node, depth } = item;
    const several = node.events.length > 1;
    if (!several && node.children.length === 0) {
      rows.push({
        kind: "event",
        id: node.events[0]?.id ?? node.id,
        depth,
        event: node.events[0] as Event,
      });
      continue;
    }
    const open = !closed.has(node.id);
    rows.push({ kind: "span", id: node.id, depth, node, open, hasChildren: true });
    if (!open) continue;
    for (const child of node.children.toReversed()) stack.push({ node: child, depth: depth + 1 });
    if (several)
      for (const event of node.events)
        rows.push({ kind: "event", id: event.id, depth: depth + 1, event });
  }
  return rows;
}
