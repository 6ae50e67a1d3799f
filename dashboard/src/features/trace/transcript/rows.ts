/** Turns the events of a trace into the rows of its transcript: tool calls beside their results. */
import { type Event, type ToolCall, toolCallsOf } from "#/record/content";

export type TranscriptRow =
  | { kind: "event"; id: string; event: Event }
  | {
      kind: "tool";
      id: string;
      event: Event;
      call: ToolCall;
      result: Event | null;
      /** Events that tell of the same call and have no row of their own. */
      twins: readonly string[];
    };

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
  // Clocks differ, so an SDK's telling of a call, or a result, may stand before the answer that
  // asked for it.
  const asked = new Set(
    events.flatMap((e) =>
      e.eventType === "llm_response" ? toolCallsOf(e).flatMap((c) => c.id ?? []) : [],
    ),
  );
  const paired = new Set<Event>(twins);
  for (const [callId, result] of results) if (asked.has(callId)) paired.add(result);
  const told = tellings(events, asked, twins);
  const rows: TranscriptRow[] = [];
  for (const event of events) {
    if (paired.has(event)) continue;
    if (event.eventType === "tool_call_request") {
      const call = callTold(event);
      if (call.id !== null && asked.has(call.id)) continue;
      const result =
        (call.id ? results.get(call.id) : undefined) ?? resultOfSpan.get(event.spanId) ?? null;
      if (result) paired.add(result);
      rows.push({ kind: "tool", id: event.id, event, call, result, twins: told(call.id) });
      continue;
    }
    rows.push({ kind: "event", id: event.id, event });
    if (event.eventType !== "llm_response") continue;
    for (const [index, call] of toolCallsOf(event).entries()) {
      const result = call.id ? (results.get(call.id) ?? null) : null;
      const id = `${event.id}:${index}`;
      rows.push({ kind: "tool", id, event, call, result, twins: told(call.id) });
    }
  }
  return rows;
}

function callTold(request: Event): ToolCall {
  const call = toolCallsOf(request)[0];
  return {
    id: request.toolCallId ?? call?.id ?? null,
    name: call?.name ?? request.tool ?? "",
    args: call ? call.args : request.content,
  };
}

/** By call id: the events that a row stands for without showing them. */
function tellings(
  events: readonly Event[],
  asked: ReadonlySet<string>,
  twins: readonly Event[],
): (callId: string | null) => readonly string[] {
  const ids = new Map<string, string[]>();
  const add = (callId: string | null, event: Event) => {
    if (callId === null) return;
    const known = ids.get(callId);
    if (known) known.push(event.id);
    else ids.set(callId, [event.id]);
  };
  for (const twin of twins) add(twin.toolCallId, twin);
  for (const event of events) {
    if (event.eventType !== "tool_call_request") continue;
    const { id } = callTold(event);
    if (id !== null && asked.has(id)) add(id, event);
  }
  return (callId) => (callId === null ? [] : (ids.get(callId) ?? []));
}

/** The row that shows an event. */
export function rowOfEvent(rows: readonly TranscriptRow[], eventId: string): number {
  const own = rows.findIndex((r) => r.id === eventId);
  if (own >= 0) return own;
  return rows.findIndex(
    (r) => r.kind === "tool" && (r.result?.id === eventId || r.twins.includes(eventId)),
  );
}
