import { expect, test } from "vitest";
import { placeOf } from "#/features/trace/timeline/label";

test.each([
  [0, 0.3, false, "after"],
  [0.5, 0.5, false, "before"],
  [0.02, 0.95, false, "inside"],
  [0, 1, false, "inside"],
  [0.2, 0.8, false, "before"],
  [0.2, 0.8, true, "inside"],
] as const)(
  "a bar from %s over %s, narrow: %s, has its duration %s",
  (left, width, narrow, place) => {
    expect(placeOf(left, width, narrow)).toBe(place);
  },
);
