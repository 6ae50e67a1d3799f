import { expect, test } from "vitest";
import { csv } from "#/format/csv";

test.each(["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"])("DA-25 %j is no formula", (value) => {
  expect(csv([[value]]).replace(/^"/, "")).toMatch(/^'/);
});

test("quotes, commas and lines survive; numbers stay numbers; unknown is empty", () => {
  expect(csv([['a"b', "c,d", "e\nf", 1.5, -2, null]])).toBe('"a""b","c,d","e\nf",1.5,-2,');
});
