import { expect, test } from "vitest";
import { staged } from "#/features/trace/staged";

const events = (count: number) => Array.from({ length: count }, (_, n) => n);

test("a view of a trace that loads page by page is made a few times, and whole at the end", () => {
  let shown: readonly number[] = [];
  const made = new Set<readonly number[]>();
  for (let loaded = 1_000; loaded <= 10_000; loaded += 1_000) {
    shown = staged(shown, events(loaded), loaded === 10_000);
    made.add(shown);
  }
  expect(shown).toHaveLength(10_000);
  expect([...made].map((m) => m.length)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000]);
});

test("what comes in live is shown at once", () => {
  expect(staged(events(5_000), events(5_001), true)).toHaveLength(5_001);
});

test("what was deleted is not shown on", () => {
  expect(staged(events(5_000), events(10), false)).toHaveLength(10);
});
