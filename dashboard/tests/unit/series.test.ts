import { expect, test } from "vitest";
import { coloursOf, drawnSeries, intervalFor } from "#/features/analytics/series";

test("gaps stay gaps, and the unfinished bucket is apart", () => {
  const [drawn] = drawnSeries({
    metric: "latencyP95",
    unit: "ms",
    interval: "1h",
    from: "",
    to: "",
    buckets: ["a", "b", "c", "d"],
    unfinishedFrom: 3,
    groupCount: 1,
    series: [{ group: null, points: [1, null, 3, 4], total: null }],
  });
  expect(drawn?.solid).toEqual([1, null, 3, null]);
  expect(drawn?.dotted).toEqual([null, null, 3, 4]);
});

test("a name keeps its colour, whoever else is in the chart's list order", () => {
  const a = coloursOf(["alpha", "beta", "gamma"]);
  const b = coloursOf(["gamma", "alpha", "beta"]);
  expect(b).toEqual([a[2], a[0], a[1]]);
  expect(new Set(coloursOf(Array.from({ length: 8 }, (_, i) => `n${i}`))).size).toBe(8);
});

test("buckets stay few", () => {
  expect(intervalFor(900_000)).toBe("1m");
  expect(intervalFor(86_400_000)).toBe("15m");
  expect(intervalFor(30 * 86_400_000)).toBe("6h");
});
