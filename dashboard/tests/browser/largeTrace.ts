/** A trace of 10,000 events or more, as a long run of an agent makes it. */
import { api, eventually, type Watched } from "./harness";
import { ingest } from "./traffic";

export const LARGE_EVENTS = 10_000;
const PER_TURN = 4;

export async function sendLarge(
  key: string,
  traceId: string,
  events = LARGE_EVENTS,
): Promise<void> {
  const started = Date.now() - events * 100;
  await ingest(
    key,
    Array.from({ length: events / PER_TURN }, (_, turn) =>
      turnEvents(traceId, turn, started + turn * PER_TURN * 100),
    ).flat(),
  );
}

function turnEvents(traceId: string, turn: number, startedAt: number): unknown[] {
  const base = { traceId, agentName: "long-runner", externalUserId: "user-1" };
  const at = (step: number) => new Date(startedAt + step * 100).toISOString();
  const callId = `call_${turn}`;
  return [
    {
      ...base,
      eventType: "user_message",
      timestamp: at(0),
      content: { messages: [{ role: "user", content: `Question ${turn}: what is next?` }] },
    },
    {
      ...base,
      eventType: "llm_response",
      spanId: `m-${turn}`,
      timestamp: at(1),
      content: {
        content: `Turn ${turn}. ${"I look at the next page of the catalogue. ".repeat(4)}`,
        toolCalls: [
          { id: callId, function: { name: `tool_${turn % 7}`, arguments: `{"page":${turn}}` } },
        ],
      },
      metadata: {
        model: "gpt-4o-mini",
        provider: "openai",
        usage: { promptTokens: 900, completionTokens: 40, totalTokens: 940 },
        latencyMs: 80,
      },
    },
    {
      ...base,
      eventType: "tool_call_request",
      spanId: `t-${turn}`,
      parentSpanId: `m-${turn}`,
      timestamp: at(2),
      content: { page: turn },
      metadata: { tool: `tool_${turn % 7}`, toolCallId: callId },
    },
    {
      ...base,
      eventType: "tool_call_response",
      spanId: `t-${turn}`,
      timestamp: at(3),
      content: { output: { page: turn, items: [`item ${turn}`, `item ${turn + 1}`] } },
      metadata: { tool: `tool_${turn % 7}`, toolCallId: callId, latencyMs: 60 },
    },
  ];
}

/** Waits until the trace can be read with as many events. */
export async function settled(
  browser: Watched,
  project: string,
  traceId: string,
  events: number,
): Promise<void> {
  await eventually(
    `${events} events of ${traceId}`,
    async () => {
      const trace = await api<{ eventCount: number }>(
        browser,
        "GET",
        `/traces/${traceId}`,
        project,
      ).catch(() => undefined);
      return trace && trace.eventCount >= events ? true : undefined;
    },
    90,
  );
}
