import { describe, expect, test } from "vitest";
import { CHILDREN_STEP, DEPTH_MAX, type JsonView, jsonRows } from "#/text/jsonRows";

const all: JsonView = { toggled: new Set(), shown: new Map(), openDepth: Number.POSITIVE_INFINITY };
const nest = (depth: number) =>
  JSON.parse(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`) as unknown;

describe("DA-27 JSON rows", () => {
  test("keeps order, paths and own keys, __proto__ included", () => {
    const rows = jsonRows(JSON.parse('{"b":[1,{"x y":null}],"__proto__":"p","a":true}'), all);
    expect(rows.map((r) => r.path)).toEqual([
      "$",
      "$.b",
      "$.b[0]",
      "$.b[1]",
      '$.b[1]["x y"]',
      "$.__proto__",
      "$.a",
    ]);
    expect(rows.find((r) => r.path === "$.__proto__")).toMatchObject({
      kind: "string",
      value: "p",
    });
  });

  test("10,000 levels end at the cut", () => {
    const rows = jsonRows(nest(10_000), all);
    expect(rows).toHaveLength(DEPTH_MAX + 1);
    expect(rows.at(-1)).toMatchObject({ cut: true, open: false });
  });

  test("a million keys come in steps", () => {
    const wide = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, i]));
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3; i++) {
      const started = performance.now();
      jsonRows(wide, all);
      best = Math.min(best, performance.now() - started);
    }
    expect(best).toBeLessThan(2000);
    const rows = jsonRows(wide, all);
    expect(rows).toHaveLength(CHILDREN_STEP + 2);
    expect(rows.at(-1)).toMatchObject({ kind: "more", shown: CHILDREN_STEP, total: 1_000_000 });
    const further = jsonRows(wide, { ...all, shown: new Map([["$", 500]]) });
    expect(further).toHaveLength(502);
  }, 30_000);

  test("toggling closes what is open by default and opens what is not", () => {
    const value = { a: { b: { c: 1 } } };
    expect(jsonRows(value, { ...all, openDepth: 1 }).map((r) => r.path)).toEqual(["$", "$.a"]);
    const toggled = jsonRows(value, { ...all, openDepth: 1, toggled: new Set(["$.a"]) });
    expect(toggled.map((r) => r.path)).toEqual(["$", "$.a", "$.a.b"]);
    expect(jsonRows(value, { ...all, toggled: new Set(["$"]) })).toHaveLength(1);
  });
});
