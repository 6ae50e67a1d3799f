import { describe, expect, test } from "vitest";
import type { Schemas } from "#/api/client";
import { foldGraph, windowAround } from "#/features/trace/graph/aggregate";
import { placeLanes } from "#/features/trace/layout/lanes";

describe("lanes", () => {
  test("what runs at the same time stands in different lanes, what follows comes back to the first", () => {
    const { placed, laneCount } = placeLanes([
      { id: "llm", startMs: 0, endMs: 10 },
      { id: "search", startMs: 10, endMs: 30 },
      { id: "orders", startMs: 11, endMs: 20 },
      { id: "llm2", startMs: 30, endMs: 40 },
      { id: "open", startMs: 35, endMs: null },
      { id: "late", startMs: 50, endMs: 51 },
    ]);
    expect(placed.map((p) => [p.id, p.row, p.lane])).toEqual([
      ["llm", 0, 0],
      ["search", 1, 0],
      ["orders", 2, 1],
      ["llm2", 3, 0],
      ["open", 4, 1],
      ["late", 5, 0],
    ]);
    expect(laneCount).toBe(2);
  });

  test("is stable while a trace grows", () => {
    const nodes = Array.from({ length: 500 }, (_, i) => ({
      id: String(i),
      startMs: i * 7,
      endMs: i * 7 + ((i * 37) % 50),
    }));
    const all = placeLanes(nodes).placed;
    for (const length of [1, 50, 321, 499])
      expect(placeLanes(nodes.slice(0, length)).placed).toEqual(all.slice(0, length));
  });

  test("10,000 nodes in 100 ms, also when all run at once", () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => ({
      id: String(i),
      startMs: i % 3 === 0 ? 0 : i,
      endMs: i % 2 ? null : i + 400,
    }));
    placeLanes(nodes.slice(0, 2000));
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const started = performance.now();
      placeLanes(nodes);
      best = Math.min(best, performance.now() - started);
    }
    expect(best).toBeLessThan(100);
  });
});

const node = (id: string, label: string, status = "ok") =>
  ({ id, label, status, kind: "tool", eventIds: [id] }) as unknown as Schemas["GraphNode"];
const edge = (from: string, to: string) =>
  ({ from, to, kind: "causal", rule: "parent" }) as Schemas["GraphEdge"];

test("folding keeps every node and counts every edge, loops included", () => {
  const folded = foldGraph(
    [node("1", "search"), node("2", "search", "error"), node("3", "fetch")],
    [edge("1", "2"), edge("2", "3"), edge("1", "3"), edge("3", "gone")],
  );
  expect(folded.nodes.map((n) => [n.label, n.members.length, n.failed])).toEqual([
    ["search", 2, 1],
    ["fetch", 1, 0],
  ]);
  expect(folded.edges.map((e) => [e.from, e.to, e.count])).toEqual([
    ["tool search", "tool search", 1],
    ["tool search", "tool fetch", 2],
  ]);
});

test("a window holds the selection", () => {
  const items = Array.from({ length: 100 }, (_, i) => i);
  expect(windowAround(items, 50, 10)).toContain(50);
  expect(windowAround(items, 99, 10)).toEqual(items.slice(90));
  expect(windowAround(items, -1, 10)).toEqual(items.slice(0, 10));
  expect(windowAround(items, 3, 200)).toBe(items);
});
