/**
 * Places the nodes of a decision graph as they ran: one row per node in order, one lane per span
 * that runs at the same time. Linear but for the two heaps, and stable while a trace is live: what
 * comes later never moves what was placed.
 */
export interface LaneNode {
  id: string;
  startMs: number;
  /** Null while it runs. */
  endMs: number | null;
}

export interface Placed {
  id: string;
  row: number;
  lane: number;
}

export function placeLanes(nodes: readonly LaneNode[]): { placed: Placed[]; laneCount: number } {
  const ordered = nodes
    .map((node, index) => ({ node, index }))
    .sort((a, b) => a.node.startMs - b.node.startMs || a.index - b.index);
  const busy = new Heap<{ until: number; lane: number }>((a, b) => a.until - b.until);
  const free = new Heap<number>((a, b) => a - b);
  const placed: Placed[] = [];
  let laneCount = 0;
  for (const [row, { node }] of ordered.entries()) {
    for (let first = busy.peek(); first && first.until <= node.startMs; first = busy.peek()) {
      busy.pop();
      free.push(first.lane);
    }
    const lane = free.pop() ?? laneCount++;
    // What has no length holds no lane: the next one follows it there.
    busy.push({ until: node.endMs ?? Number.POSITIVE_INFINITY, lane });
    placed.push({ id: node.id, row, lane });
  }
  return { placed, laneCount };
}

class Heap<T> {
  private readonly items: T[] = [];

  constructor(private readonly compare: (a: T, b: T) => number) {}

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as T;
      if (this.compare(item, above) >= 0) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const top = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return top;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const right = child + 1;
      const smaller =
        right < items.length && this.compare(items[right] as T, items[child] as T) < 0
          ? right
          : child;
      if (this.compare(last, items[smaller] as T) <= 0) break;
      items[at] = items[smaller] as T;
      at = smaller;
    }
    items[at] = last;
    return top;
  }
}
