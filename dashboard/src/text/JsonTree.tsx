import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { cx } from "#/ui/cx";
import { JsonNode } from "./JsonNode";
import { CHILDREN_STEP, type JsonRow, jsonRows } from "./jsonRows";
import styles from "./Text.module.css";

const ROW = 24;
const HEIGHT_MAX = 520;

interface Props {
  value: unknown;
  label: string;
  openDepth?: number;
  /** Fills the space that its parent gives instead of growing with its rows. */
  fill?: boolean;
}

/** Any JSON, as deep and as wide as it comes; arrows move and fold. */
export function JsonTree({ value, label, openDepth = 2, fill }: Props) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const [base, setBase] = useState<{ value: unknown; path: string } | null>(null);
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const root = base ? base.value : value;
  const rows = useMemo(
    () => jsonRows(root, { toggled, shown, openDepth }),
    [root, toggled, shown, openDepth],
  );
  const heightMax = rows.length * ROW + 4;
  // Most recorded values fit. A transcript holds many of them, and each window has the browser lay
  // out the page to learn its size.
  const windowed = fill === true || heightMax > HEIGHT_MAX;
  const list = useVirtualizer({
    count: rows.length,
    enabled: windowed,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  });

  const toggle = (path: string) => {
    const next = new Set(toggled);
    if (!next.delete(path)) next.add(path);
    setToggled(next);
  };
  const more = (path: string) =>
    setShown(new Map(shown).set(path, (shown.get(path) ?? CHILDREN_STEP) + 1000));
  const enter = (row: JsonRow) => {
    if (row.kind === "more") more(row.parent);
    else if (row.cut) setBase({ value: row.value, path: `${base?.path ?? ""}${row.path}` });
    else if (row.size > 0) toggle(row.path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (!row) return;
    const go = (index: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, index));
      setActive(next);
      if (windowed) list.scrollToIndex(next);
    };
    if (event.key === "ArrowDown") go(active + 1);
    else if (event.key === "ArrowUp") go(active - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(rows.length - 1);
    else if (event.key === "ArrowRight" && row.kind !== "more" && row.size > 0 && !row.open)
      enter(row);
    else if (event.key === "ArrowLeft" && row.kind !== "more" && row.open) toggle(row.path);
    else if (event.key === "Enter") enter(row);
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const node = (index: number) => {
    const row = rows[index];
    return row ? (
      // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the tree, which names the active row
      // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
      <div
        key={row.path}
        id={idOf(label, index)}
        role="treeitem"
        aria-level={row.depth + 1}
        aria-setsize={-1}
        aria-posinset={index + 1}
        aria-selected={index === active}
        aria-expanded={row.kind !== "more" && row.size > 0 ? row.open : undefined}
        className={cx(styles.node, index === active && styles.active)}
        style={{ top: index * ROW, paddingLeft: Math.min(row.depth, 24) * 12 }}
        onClick={() => setActive(index)}
        onDoubleClick={() => enter(row)}
      >
        <JsonNode row={row} onEnter={() => enter(row)} />
      </div>
    ) : null;
  };
  return (
    <div style={fill ? { height: "100%" } : undefined}>
      {base && (
        <div className={styles.more}>
          Inside level {base.path.split(/[.[]/).length - 1}
          <button type="button" className={styles.link} onClick={() => setBase(null)}>
            Back to the top
          </button>
        </div>
      )}
      <div
        ref={scroller}
        role="tree"
        aria-label={label}
        aria-activedescendant={rows[active] ? idOf(label, active) : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        className={styles.tree}
        style={{ height: fill ? "100%" : Math.min(HEIGHT_MAX, heightMax) }}
      >
        <div className={styles.sized} style={{ height: rows.length * ROW }} role="presentation">
          {windowed
            ? list.getVirtualItems().map((item) => node(item.index))
            : rows.map((_, index) => node(index))}
        </div>
      </div>
    </div>
  );
}

function idOf(label: string, index: number): string {
  return `json-${label.replace(/\W+/g, "-")}-${index}`;
}
