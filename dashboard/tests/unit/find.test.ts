import { expect, test } from "vitest";
import { around, HITS_MAX, linesWith } from "#/text/find";

test("each hit has its line, in either case; nothing looked for is nothing found", () => {
  expect(linesWith(["Tool tool", "none", "a TOOL"], "tool")).toEqual([0, 0, 2]);
  expect(linesWith(["aaaa"], "aa")).toEqual([0, 0]);
  expect(linesWith(["a"], "")).toEqual([]);
  expect(linesWith(["a".repeat(HITS_MAX + 5)], "a")).toHaveLength(HITS_MAX);
});

test("after the last hit comes the first, and before the first the last", () => {
  expect(around(0, 1, 3)).toBe(1);
  expect(around(2, 1, 3)).toBe(0);
  expect(around(0, -1, 3)).toBe(2);
  expect(around(0, 1, 0)).toBe(0);
});
