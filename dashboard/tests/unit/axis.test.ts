import { expect, test } from "vitest";
import { axisWidth, stepsFor } from "#/features/analytics/axis";

test("a long label has the room that it needs, a short one no more than the least", () => {
  expect(axisWidth(["$0", "$0.0003000"])).toBeGreaterThan(76);
  expect(axisWidth(["0", "1"])).toBe(40);
  expect(axisWidth([])).toBe(40);
});

test("what is counted has no marks between whole numbers", () => {
  expect(stepsFor([0, null, 3, undefined])?.every(Number.isInteger)).toBe(true);
  expect(stepsFor([0, 0.25])).toBeUndefined();
});
