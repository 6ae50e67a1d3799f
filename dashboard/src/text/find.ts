/** Where a text stands in lines; letters match in either case. */
export const HITS_MAX = 10_000;

/** The line of each hit in reading order, at most HITS_MAX of them. */
export function linesWith(lines: readonly string[], find: string): number[] {
  const needle = find.toLowerCase();
  const hits: number[] = [];
  if (needle === "") return hits;
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? "").toLowerCase();
    for (let at = line.indexOf(needle); at >= 0; at = line.indexOf(needle, at + needle.length)) {
      if (hits.length === HITS_MAX) return hits;
      hits.push(index);
    }
  }
  return hits;
}

/** The next hit in a direction; after the last comes the first. */
export function around(at: number, step: 1 | -1, total: number): number {
  return total === 0 ? 0 : (at + step + total) % total;
}
