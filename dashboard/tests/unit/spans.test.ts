import { describe, expect, test } from "vitest";
import { spanTree as treeOf, treeRows } from "#/features/trace/spans";
import { callIdsOf } from "#/features/trace/timeline/rows";
import { frameOf, timeScale } from "#/features/trace/timeline/scale";
import { rowOfEvent, transcriptRows } from "#/features/trace/transcript/rows";
import type { Event } from "#/record/content";

const event = (id: string, fields: Partial<Event>) =>
  ({
    id,
    eventType: "llm_response",
    source: "proxy",
    spanId: `s-${id}`,
    parentSpanId: null,
    stepId: null,
    parentStepId: null,
    timestamp: "2026-01-01T00:00:00Z",
    latencyMs: null,
    model: null,
    tool: null,
    toolCallId: null,
    status: "ok",
    content: null,
    metadata: {},
    ...fields,
  }) as Event;

const spanTree = (events: Event[]) => treeOf(events, { callIds: callIdsOf, summary: () => "" });

describe("spans", () => {
  test("children under parents, orphans apart, circles cut", () => {
    const tree = spanTree([
      event("a", {}),
      event("b", { parentSpanId: "s-a" }),
      event("c", { parentSpanId: "never-seen" }),
      event("x", { spanId: "x", parentSpanId: "y" }),
      event("y", { spanId: "y", parentSpanId: "x" }),
    ]);
    expect(tree.roots.map((n) => n.id)).toContain("s-a");
    expect(tree.roots.find((n) => n.id === "s-a")?.children.map((n) => n.id)).toEqual(["s-b"]);
    expect(tree.orphans.map((n) => n.id)).toEqual(["s-c"]);
    expect(treeRows(tree, new Set()).filter((r) => r.kind !== "missing")).toHaveLength(5);
  });

  test("a tool result hangs under the answer that called it", () => {
    const tree = spanTree([
      event("a", {
        content: {
          content: "",
          toolCalls: [{ id: "c1", function: { name: "f", arguments: "{}" } }],
        },
      }),
      event("r", { eventType: "tool_result", toolCallId: "c1" }),
    ]);
    expect(tree.roots).toHaveLength(1);
    expect(tree.roots[0]?.children[0]?.id).toBe("s-r");
  });

  test("10,000 events nested in each other take no recursion and little time", () => {
    const events = Array.from({ length: 10_000 }, (_, i) =>
      event(String(i), { parentSpanId: i === 0 ? null : `s-${i - 1}` }),
    );
    const started = performance.now();
    expect(treeRows(spanTree(events.slice(0, 3000)), new Set())).toHaveLength(3000);
    const wide = events.map((e) => ({ ...e, parentSpanId: null }));
    expect(treeRows(spanTree(wide), new Set())).toHaveLength(10_000);
    expect(performance.now() - started).toBeLessThan(1500);
  });
});

describe("transcript", () => {
  test("a call stands beside its result and nothing is shown twice or lost", () => {
    const rows = transcriptRows([
      event("u", { eventType: "user_message", content: "hi" }),
      event("a", {
        content: {
          content: "",
          toolCalls: [
            { id: "c1", function: { name: "f", arguments: "{}" } },
            { id: "c2", function: { name: "g", arguments: "{}" } },
          ],
        },
      }),
      event("r", {
        eventType: "tool_result",
        toolCallId: "c1",
        content: { toolCallId: "c1", output: 1 },
      }),
      event("stray", {
        eventType: "tool_result",
        toolCallId: "other",
        content: { toolCallId: "other", output: 1 },
      }),
      event("q", {
        eventType: "tool_call_request",
        tool: "h",
        toolCallId: "m",
        spanId: "sdk",
        content: {},
      }),
      event("p", {
        eventType: "tool_call_response",
        toolCallId: "m",
        spanId: "sdk",
        content: { output: 2 },
      }),
    ]);
    expect(
      rows.map((r) => [r.kind, r.id, r.kind === "tool" ? (r.result?.id ?? null) : ""]),
    ).toEqual([
      ["event", "u", ""],
      ["event", "a", ""],
      ["tool", "a:0", "r"],
      ["tool", "a:1", null],
      ["event", "stray", ""],
      ["tool", "q", "p"],
    ]);
  });
});

test("a result that proxy and SDK both told is one card, the measured one", () => {
  const rows = transcriptRows([
    event("a", {
      content: { content: "", toolCalls: [{ id: "c1", function: { name: "f", arguments: "{}" } }] },
    }),
    event("q", {
      eventType: "tool_call_request",
      tool: "f",
      toolCallId: "c1",
      spanId: "sdk",
      content: {},
    }),
    event("p", {
      eventType: "tool_call_response",
      toolCallId: "c1",
      spanId: "sdk",
      latencyMs: 12,
      content: { any: 1 },
    }),
    event("r", {
      eventType: "tool_result",
      toolCallId: "c1",
      content: { toolCallId: "c1", output: 1 },
    }),
  ]);
  expect(rows.map((r) => [r.id, r.kind === "tool" ? r.result?.id : ""])).toEqual([
    ["a", ""],
    ["a:0", "p"],
  ]);
});

describe("time scale", () => {
  const busy = [
    { startMs: 0, endMs: 1000 },
    { startMs: 101_000, endMs: 102_000 },
  ];
  test("true to time unless squeezed", () => {
    const scale = timeScale(frameOf(busy), false);
    expect(scale.at(0)).toBe(0);
    expect(scale.at(51_000)).toBeCloseTo(0.5);
    expect(scale.at(102_000)).toBe(1);
  });
  test("squeezed idle time keeps order and ends", () => {
    const scale = timeScale(frameOf(busy), true);
    expect(scale.gaps).toEqual([{ startMs: 1000, endMs: 101_000 }]);
    expect(scale.at(1000)).toBeGreaterThan(0.4);
    expect(scale.at(102_000)).toBeCloseTo(1);
    let last = -1;
    for (let ms = 0; ms <= 102_000; ms += 500) {
      expect(scale.at(ms)).toBeGreaterThanOrEqual(last);
      last = scale.at(ms);
    }
  });
  test("nothing to place is no error", () => {
    expect(timeScale(frameOf([]), true).at(5)).toBe(0);
  });
});

test("a call that the SDK told before the answer came stands once, after the answer", () => {
  const rows = transcriptRows([
    event("q", {
      eventType: "tool_call_request",
      tool: "f",
      toolCallId: "c1",
      spanId: "sdk",
      content: { toolCalls: [{ id: "c1", function: { name: "f", arguments: '{"x":1}' } }] },
    }),
    event("a", {
      content: { content: "", toolCalls: [{ id: "c1", function: { name: "f", arguments: "{}" } }] },
    }),
    event("p", {
      eventType: "tool_call_response",
      toolCallId: "c1",
      spanId: "sdk",
      content: { toolCalls: [], toolResults: { y: 2 } },
    }),
  ]);
  expect(rows.map((r) => r.id)).toEqual(["a", "a:0"]);
  expect(rowOfEvent(rows, "q")).toBe(1);
  expect(rowOfEvent(rows, "p")).toBe(1);
});

test("a result that a clock puts before its call has no row of its own", () => {
  const rows = transcriptRows([
    event("r", {
      eventType: "tool_result",
      toolCallId: "c1",
      content: { toolCallId: "c1", output: 1 },
    }),
    event("a", {
      content: { content: "", toolCalls: [{ id: "c1", function: { name: "f", arguments: "{}" } }] },
    }),
  ]);
  expect(rows.map((r) => r.id)).toEqual(["a", "a:0"]);
  expect(rows[1]).toMatchObject({ result: { id: "r" } });
  expect(rowOfEvent(rows, "r")).toBe(1);
});
