/**
 * Flattens a JSON value into the rows that are open now, without recursion, so that neither depth
 * nor breadth can break the page: depth is cut, long containers come in steps.
 */
export const DEPTH_MAX = 64;
export const CHILDREN_STEP = 200;

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

export type JsonRow = {
  /** JSON path from the root, unique among the rows of one tree. */
  path: string;
  depth: number;
  /** Property name, array index, or null for the root. */
  name: string | number | null;
} & (
  | { kind: JsonKind; value: unknown; size: number; open: boolean; cut: boolean }
  | { kind: "more"; parent: string; shown: number; total: number }
);

export interface JsonView {
  /** Paths that a reader has opened or closed against the default. */
  toggled: ReadonlySet<string>;
  /** How many children are shown, by path; CHILDREN_STEP where absent. */
  shown: ReadonlyMap<string, number>;
  /** Containers above this depth are open unless toggled. */
  openDepth: number;
}

interface Frame {
  path: string;
  depth: number;
  container: object;
  keys: readonly string[] | null;
  next: number;
  end: number;
  total: number;
}

export function jsonRows(root: unknown, view: JsonView): JsonRow[] {
  const rows: JsonRow[] = [];
  const stack: Frame[] = [];
  visit(root, null, "$", 0, view, rows, stack);
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    if (frame.next >= frame.end) {
      stack.pop();
      if (frame.end < frame.total) {
        rows.push({
          kind: "more",
          path: `${frame.path}…`,
          parent: frame.path,
          depth: frame.depth + 1,
          name: null,
          shown: frame.end,
          total: frame.total,
        });
      }
      continue;
    }
    const index = frame.next++;
    const name = frame.keys ? (frame.keys[index] ?? "") : index;
    const value = frame.keys
      ? Object.getOwnPropertyDescriptor(frame.container, name)?.value
      : (frame.container as unknown[])[index];
    visit(value, name, childPath(frame.path, name), frame.depth + 1, view, rows, stack);
  }
  return rows;
}

export function kindOf(value: unknown): JsonKind {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  const type = typeof value;
  return type === "object" || type === "string" || type === "number" || type === "boolean"
    ? type
    : "string";
}

export function childPath(path: string, name: string | number): string {
  if (typeof name === "number") return `${path}[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

function visit(
  value: unknown,
  name: string | number | null,
  path: string,
  depth: number,
  view: JsonView,
  rows: JsonRow[],
  stack: Frame[],
): void {
  const kind = kindOf(value);
  const keys = kind === "object" ? Object.keys(value as object) : null;
  const size = keys ? keys.length : kind === "array" ? (value as unknown[]).length : 0;
  const cut = depth >= DEPTH_MAX && size > 0;
  const open = size > 0 && !cut && depth < view.openDepth !== view.toggled.has(path);
  rows.push({ kind, path, depth, name, value, size, open, cut });
  if (!open) return;
  const end = Math.min(size, view.shown.get(path) ?? CHILDREN_STEP);
  stack.push({ path, depth, container: value as object, keys, next: 0, end, total: size });
}
