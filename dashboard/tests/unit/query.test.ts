import { describe, expect, test } from "vitest";
import { complete } from "#/query/complete";
import { chosenValues, termsOf, toggleValue, traceFilters, withoutTerm } from "#/query/edit";
import { nearestField, readDuration } from "#/query/fields";
import { parseQuery, quoteValue } from "#/query/grammar";

const shape = (input: string) => {
  const { terms, errors } = parseQuery(input);
  expect(errors).toEqual([]);
  return terms.map((t) =>
    t.kind === "text"
      ? [t.negated ? "-" : "+", t.text]
      : [t.negated ? "-" : "+", t.field.name, t.match],
  );
};

describe("query grammar", () => {
  test("the example of the specification", () => {
    expect(shape("latency:>2s -env:DEVELOPMENT tool:(search OR fetch)")).toEqual([
      ["+", "latency", { op: "above", min: 2000 }],
      ["-", "env", { op: "is", values: ["DEVELOPMENT"] }],
      ["+", "tool", { op: "is", values: ["search", "fetch"] }],
    ]);
  });

  test("words, phrases, prefixes, ranges, quoted values", () => {
    expect(shape('refund "where is" -late agent:ref* cost:0.01..0.5 user:"a b\\"c"')).toEqual([
      ["+", "refund"],
      ["+", "where is"],
      ["-", "late"],
      ["+", "agent", { op: "prefix", value: "ref" }],
      ["+", "cost", { op: "between", min: 0.01, max: 0.5 }],
      ["+", "user", { op: "is", values: ['a b"c'] }],
    ]);
  });

  test("values may hold colons and slashes", () => {
    expect(shape("model:openrouter/x:free")).toEqual([
      ["+", "model", { op: "is", values: ["openrouter/x:free"] }],
    ]);
  });

  test.each([
    ["statsu:error", 0, 6, "status"],
    ["tol:search", 0, 3, "tool"],
  ])("%s is blocked and names the nearest field", (input, start, end, suggestion) => {
    expect(parseQuery(input).errors[0]).toMatchObject({ start, end, suggestion });
  });

  test.each([
    ["status:green", "is one of ok, error, open"],
    ["status:", "needs a value"],
    ["latency:soon", "takes a time"],
    ["latency:5s..2s", "above its end"],
    ['"open', "not closed"],
    ["tool:(a OR b", "not closed"],
    ["tool:(a (b))", "nested"],
    ["a OR b", "inside a value only"],
    ["(", "stands alone"],
    ["tool:()", "needs a value"],
  ])("%s is blocked: %s", (input, cause) => {
    const { errors } = parseQuery(input);
    expect(errors.map((e) => e.message).join(" ")).toContain(cause);
    for (const e of errors) expect(e.end).toBeGreaterThan(e.start);
  });

  test("no input makes it throw or run long", () => {
    const pieces = [
      '"',
      "(",
      ")",
      ":",
      "-",
      "a",
      " ",
      "*",
      "..",
      ">",
      "OR",
      "\\",
      "\u202e",
      "status",
      "tool:",
    ];
    let seed = 7;
    for (let i = 0; i < 3000; i++) {
      let input = "";
      for (let j = 0; j < 12; j++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        input += pieces[seed % pieces.length];
      }
      expect(() => parseQuery(input)).not.toThrow();
    }
    expect(parseQuery("x".repeat(5000)).errors).toHaveLength(1);
  });

  test("quoting survives a round trip", () => {
    for (const value of ["a b", 'q"', "x*", "plain", "a..b", "(", "back\\slash"]) {
      expect(shape(`agent:${quoteValue(value)}`)).toEqual([
        ["+", "agent", { op: "is", values: [value] }],
      ]);
    }
  });
});

describe("completion", () => {
  const values = () => ["search", "fetch page"];
  test("fields, then values", () => {
    expect(complete("st", 2, values).options[0]).toMatchObject({ insert: "status:" });
    expect(complete("status:er", 9, values)).toMatchObject({
      start: 7,
      options: [{ insert: "error " }],
    });
    expect(complete("x -tool:f", 9, values).options).toMatchObject([{ insert: '"fetch page" ' }]);
    expect(complete("tool:(search OR f", 17, values)).toMatchObject({
      start: 16,
      options: [{ insert: '"fetch page"' }],
    });
  });
});

test("field helpers", () => {
  expect(nearestField("agnet")).toBe("agent");
  expect(nearestField("zzzzzz")).toBeUndefined();
  expect(readDuration("1.5m")).toBe(90_000);
  expect(readDuration("2x")).toBeUndefined();
});

describe("editing", () => {
  test("facets add and remove values and leave the rest alone", () => {
    let query = 'refund -tool:mail latency:>2s "where is"';
    query = toggleValue(query, "tool", "search");
    expect(query).toBe('refund -tool:mail latency:>2s "where is" tool:search');
    query = toggleValue(query, "tool", "fetch page");
    expect(query).toContain('tool:(search OR "fetch page")');
    expect(chosenValues(query, "tool")).toEqual(["search", "fetch page"]);
    query = toggleValue(toggleValue(query, "tool", "search"), "tool", "fetch page");
    expect(query).toBe('refund -tool:mail latency:>2s "where is"');
  });

  test("plain equalities become parameters, the rest stays in the language", () => {
    expect(
      traceFilters("status:error user:42 -agent:x entity:y tool:(a OR b) cost:>1 late"),
    ).toEqual({
      status: "error",
      externalUserId: "42",
      agent: "y",
      q: "-agent:x tool:(a OR b) cost:>1 late",
    });
    expect(traceFilters("session:a session:b")).toEqual({ thread: "a", q: "thread:b" });
  });

  test("a term can be dropped", () => {
    expect(termsOf('a "b c" status:ok')).toEqual(["a", '"b c"', "status:ok"]);
    expect(withoutTerm('a "b c" status:ok', '"b c"')).toBe("a status:ok");
  });
});
