import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { count } from "#/format/format";
import { cx } from "#/ui/cx";
import { CHILDREN_STEP, type JsonRow, jsonRows } from "./jsonRows";
import { SafeText } from "./SafeText";
import styles from "./Text.module.css";

const ROW = 24;
const HEIGHT_MAX = 520;
const PREVIEW_CHARACTERS = 300;

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
  const list = useVirtualizer({
    count: rows.length,
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
      list.scrollToIndex(next);
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
        style={{ height: fill ? "100%" : Math.min(HEIGHT_MAX, rows.length * ROW + 4) }}
      >
        <div className={styles.sized} style={{ height: list.getTotalSize() }} role="presentation">
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row ? (
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the tree, which names the active row
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys
              <div
                key={row.path}
                id={idOf(label, item.index)}
                role="treeitem"
                aria-level={row.depth + 1}
                aria-setsize={-1}
                aria-posinset={item.index + 1}
                aria-selected={item.index === active}
                aria-expanded={row.kind !== "more" && row.size > 0 ? row.open : undefined}
                className={cx(styles.node, item.index === active && styles.active)}
                style={{
                  transform: `translateY(${item.start}px)`,
                  paddingLeft: Math.min(row.depth, 24) * 12,
                }}
                onClick={() => setActive(item.index)}
                onDoubleClick={() => enter(row)}
              >
                <Row row={row} onEnter={() => enter(row)} />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ row, onEnter }: { row: JsonRow; onEnter: () => void }) {
  if (row.kind === "more") {
    return (
      <span className={styles.size}>
        <span className={styles.fold} />
        {count(row.shown)} of {count(row.total)}{" "}
        <button type="button" tabIndex={-1} className={styles.link} onClick={onEnter}>
          Show more
        </button>
      </span>
    );
  }
  return (
    <>
      {row.size > 0 && !row.cut ? (
        <button
          type="button"
          tabIndex={-1}
          className={styles.fold}
          onClick={onEnter}
          aria-label={row.open ? "Fold" : "Unfold"}
        >
          {row.open ? (
            <ChevronDown size={14} aria-hidden />
          ) : (
            <ChevronRight size={14} aria-hidden />
          )}
        </button>
      ) : (
        <span className={styles.fold} />
      )}
      {row.name !== null && (
        <span className={styles.name}>
          <SafeText text={String(row.name)} />:
        </span>
      )}
      {row.cut ? (
        <button type="button" tabIndex={-1} className={styles.link} onClick={onEnter}>
          Deeper levels
        </button>
      ) : (
        <Value row={row} />
      )}
    </>
  );
}

function Value({ row }: { row: Exclude<JsonRow, { kind: "more" }> }) {
  switch (row.kind) {
    case "object":
      return (
        <span className={styles.size}>{row.size === 0 ? "{}" : `{ ${count(row.size)} }`}</span>
      );
    case "array":
      return (
        <span className={styles.size}>{row.size === 0 ? "[]" : `[ ${count(row.size)} ]`}</span>
      );
    case "string": {
      const text = String(row.value);
      const cut = text.length > PREVIEW_CHARACTERS;
      return (
        <span
          className={cx(styles.value, styles.string)}
          title={cut ? `${count(text.length)} characters` : undefined}
        >
          "<SafeText text={cut ? text.slice(0, PREVIEW_CHARACTERS) : text} />"
          {cut && <span className={styles.size}> … {count(text.length)} characters</span>}
        </span>
      );
    }
    case "number":
      return <span className={cx(styles.value, styles.number)}>{String(row.value)}</span>;
    default:
      return (
        <span className={cx(styles.value, styles.literal)}>
          <SafeText text={String(row.value)} />
        </span>
      );
  }
}

function idOf(label: string, index: number): string {
  return `json-${label.replace(/\W+/g, "-")}-${index}`;
}
