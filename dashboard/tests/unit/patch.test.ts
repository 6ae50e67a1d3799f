import { expect, test } from "vitest";
import type { Schemas } from "#/api/client";
import { patchPages } from "#/features/traces/patch";

const trace = (traceId: string, eventCount: number) =>
  ({ traceId, eventCount }) as Schemas["Trace"];

test("live data replaces a row in its place and touches nothing else", () => {
  const pages = [
    { items: [trace("a", 1), trace("b", 1)], nextCursor: "x" },
    { items: [trace("c", 1)], nextCursor: null },
  ];
  const patched = patchPages(pages, trace("b", 9));
  expect(patched?.[0]?.items.map((t) => [t.traceId, t.eventCount])).toEqual([
    ["a", 1],
    ["b", 9],
  ]);
  expect(patched?.[1]).toBe(pages[1]);
  expect(patched?.[0]?.nextCursor).toBe("x");
  expect(pages[0]?.items[1]?.eventCount).toBe(1);
});

test("an unknown trace moves nothing", () => {
  expect(
    patchPages([{ items: [trace("a", 1)], nextCursor: null }], trace("new", 1)),
  ).toBeUndefined();
});
