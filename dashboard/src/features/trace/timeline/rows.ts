/** The bars of a timeline: what the worker is given and what it gives back. */
import { type Event, summaryOf, toolCallsOf } from "#/record/content";
import type { Kind } from "#/ui/kinds";
import { type Reading, type SpanFacts, spanTree } from "../spans";
import { type Frame, frameOf } from "./scale";

const LABEL_MAX = 80;

/** An event without its payload, which would be costly to hand over. */
export interface BarEvent extends SpanFacts, Pick<Event, "ttftMs" | "overheadMs"> {
  callIds: readonly string[];
  summary: string;
}

export interface Bar {
  spanId: string;
  /** The event that is chosen with the bar. */
  eventId: string;
  kind: Kind;
  label: string;
  status: Event["status"];
  startMs: number;
  endMs: number;
  measured: boolean;
  waitedMs: number | null;
  overheadMs: number | null;
}

export interface Bars {
  bars: Bar[];
  frame: Frame;
}

export function barEvent(event: Event): BarEvent {
  const { content: _, metadata: __, ...facts } = event;
  return {
    ...facts,
    callIds: event.eventType === "llm_response" ? callIdsOf(event) : [],
    summary: event.model || event.tool ? "" : summaryOf(event).slice(0, LABEL_MAX),
  };
}

export function callIdsOf(event: Event): string[] {
  return toolCallsOf(event).flatMap((call) => call.id ?? []);
}

const READING: Reading<BarEvent> = { callIds: (e) => e.callIds, summary: (e) => e.summary };

export function barsOf(events: readonly BarEvent[]): Bars {
  const bars = spanTree(events, READING).ordered.map((span): Bar => {
    const main = span.events.find((e) => e.latencyMs !== null) ?? span.events[0];
    return {
      spanId: span.id,
      eventId: main?.id ?? "",
      kind: span.kind,
      label: span.label.slice(0, LABEL_MAX),
      status: span.status,
      startMs: span.startMs,
      endMs: span.endMs,
      measured: span.measured,
      waitedMs: main?.ttftMs ?? null,
      overheadMs: main?.overheadMs ?? null,
    };
  });
  return { bars, frame: frameOf(bars) };
}
