/** What the upright axis of a chart needs so that each of its labels is whole and true. */

const CHARACTER_PX = 7;
const GAP_PX = 14;
const WIDTH_MIN_PX = 40;

/** Room for the longest label; the text is small enough for an upper bound by its length. */
export function axisWidth(labels: readonly string[]): number {
  const longest = labels.reduce((most, label) => Math.max(most, label.length), 0);
  return Math.max(WIDTH_MIN_PX, longest * CHARACTER_PX + GAP_PX);
}

const WHOLE_STEPS = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/** Whole steps where all values are whole: half an error would be written as one. */
export function stepsFor(values: Iterable<number | null | undefined>): number[] | undefined {
  for (const value of values) if (value != null && !Number.isInteger(value)) return undefined;
  return WHOLE_STEPS;
}
