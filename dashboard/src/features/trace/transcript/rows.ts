/** Turns the events of a trace into the rows of its transcript: tool calls beside their results. */
import { type Event, type ToolCall, toolCallsOf } from "#/record/content";

export type TranscriptRow =
  | { kind: "event"; id: string; event: Event }
  | { kind: "tool"; id: string; event: Event; call: ToolCall; result: Event | null };

const RESULTS = new Set<Event["eventType"]>(["tool_result", "tool_call_response"]);

export function transcriptRows(events: readonly Event[]): TranscriptRow[] {
  const results = new Map<string, Event>();
  // Proxy and SDK may both tell of one call: they are one result, and the measured one is shown.
  const twins: Event[] = [];
  const resultOfSpan = new Map<string, Event>();
  for (const event of events) {
    if (!RESULTS.has(event.eventType)) continue;
    if (event.toolCallId) {
      const known = results.get(event.toolCallId);
      const better = known === undefined || (known.latencyMs === null && event.latencyMs !== null);
      if (better) results.set(event.toolCallId, event);
      if (known) twins.push(better ? known : event);
    }
    if (event.eventType === "tool_call_response" && !resultOfSpan.has(event.spanId))
      resultOfSpan.set(event.spanId, event);
  }
  const paired = new Set<Event>(twins);
  const asked = new Set<string>();
  const rows: TranscriptRow[] = [];
  for (const event of events) {
    if (paired.has(event)) continue;
    if (event.eventType === "tool_call_request") {
      if (event.toolCallId && asked.has(event.toolCallId)) continue;
      const result =
        (event.toolCallId ? results.get(event.toolCallId) : undefined) ??
        resultOfSpan.get(event.spanId) ??
        null;
      const call = toolCallsOf(event)[0] ?? {
        id: event.toolCallId,
        name: event.tool ?? "",
        args: event.content,
      };
      if (result) paired.add(result);
      rows.push({ kind: "tool", id: event.id, event, call, result });
      continue;
    }
    rows.push({ kind: "event", id: event.id, event });
    if (event.eventType !== "llm_response") continue;
    for (const [index, call] of toolCallsOf(event).entries()) {
      const result = call.id ? (results.get(call.id) ?? null) : null;
      if (call.id) asked.add(call.id);
      if (result) paired.add(result);
      rows.push({ kind: "tool", id: `${event.id}:${index}`, event, call, result });
    }
  }
  return rows;
}

/** The row that shows an event. */
export function rowOfEvent(rows: readonly TranscriptRow[], eventId: string): number {
  const own = rows.findIndex((r) => r.id === eventId);
  return own >= 0 ? own : rows.findIndex((r) => r.kind === "tool" && r.result?.id === eventId);
}
