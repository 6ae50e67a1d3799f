/** Where the duration of a bar stands: behind it, or where there is room. */
export type LabelPlace = "after" | "before" | "inside";

/** The share of the width that a duration needs, on a wide and on a narrow page. */
const ROOM = { wide: 0.1, narrow: 0.35 };

export function placeOf(left: number, width: number, narrow: boolean): LabelPlace {
  const room = narrow ? ROOM.narrow : ROOM.wide;
  if (left + width <= 1 - room) return "after";
  return left >= room ? "before" : "inside";
}
