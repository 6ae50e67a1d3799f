import { describe, expect, test } from "vitest";
import { waterfallOf } from "#/features/trace/inspector/waterfall";
import { contentOf, type Event } from "#/record/content";

const event = (fields: Partial<Event>) =>
  ({
    eventType: "llm_response",
    toolCallId: null,
    tool: null,
    latencyMs: null,
    ttftMs: null,
    overheadMs: null,
    status: "ok",
    content: null,
    metadata: {},
    ...fields,
  }) as Event;

describe("what an SDK tells of a tool", () => {
  const request = (content: unknown) => {
    const read = contentOf(
      event({ eventType: "tool_call_request", tool: "f", toolCallId: "c1", content }),
    );
    return read.kind === "parts" && read.parts[0]?.kind === "toolCall" ? read.parts[0].call : null;
  };

  test.each([
    [
      "the model's own form",
      { toolCalls: [{ id: "c1", function: { name: "f", arguments: '{"x":1}' } }] },
    ],
    ["arguments in toolCalls", { toolCalls: { x: 1 } }],
    ["arguments alone", { x: 1 }],
    ["an input", { input: { x: 1 } }],
  ])("%s gives the arguments", (_, content) => {
    expect(request(content)).toEqual({ id: "c1", name: "f", args: { x: 1 } });
  });

  test("a result is what the tool gave", () => {
    const read = contentOf(
      event({
        eventType: "tool_call_response",
        content: { toolCalls: [{ id: "c1" }], toolResults: { y: 2 } },
      }),
    );
    expect(read).toMatchObject({
      kind: "parts",
      parts: [{ kind: "toolResult", output: { y: 2 } }],
    });
  });
});

describe("the waterfall of a call", () => {
  test("stamps give each stage, and together the whole", () => {
    const stampsNanos = {
      routable: 1e6,
      sent: 2e6,
      bodySent: 3e6,
      upFirst: 10e6,
      upContent: 12e6,
      downFirst: 11e6,
      upLast: 20e6,
      downLast: 21e6,
    };
    const waterfall = waterfallOf(event({ metadata: { stampsNanos } }));
    expect(waterfall?.exact).toBe(true);
    expect(waterfall?.totalMs).toBe(21);
    expect(waterfall?.pieces.map((p) => [p.name, p.lengthMs])).toEqual([
      ["request in", 1],
      ["overhead in", 1],
      ["request up", 1],
      ["first byte", 7],
      ["first token", 2],
      ["to last token", 8],
      ["overhead out", 1],
    ]);
  });

  test("a stage that was never reached is left out", () => {
    const waterfall = waterfallOf(
      event({ metadata: { stampsNanos: { routable: 1e6, sent: 2e6, downLast: 5e6 } } }),
    );
    expect(waterfall?.pieces.map((p) => p.name)).toEqual(["request in", "overhead in"]);
  });

  test("without stamps the sums stand in", () => {
    const waterfall = waterfallOf(event({ latencyMs: 10, ttftMs: 4, overheadMs: 1 }));
    expect(waterfall?.exact).toBe(false);
    expect(waterfall?.pieces.map((p) => p.lengthMs)).toEqual([1, 4, 5]);
  });
});
