import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { useLocal } from "#/shell/local";
import { cx } from "./cx";
import styles from "./DataGrid.module.css";

export interface Column<T> {
  id: string;
  head: ReactNode;
  /** A track of the grid, such as `120px` or `minmax(160px, 1fr)`. */
  width: string;
  right?: boolean;
  cell: (row: T) => ReactNode;
}

interface Props<T> {
  label: string;
  rows: readonly T[];
  rowKey: (row: T) => string;
  columns: readonly Column<T>[];
  /** All rows there are; -1 when the server has not counted them. */
  total?: number;
  active?: number;
  onActive?: (index: number) => void;
  onOpen?: (row: T) => void;
  onNearEnd?: () => void;
  /** Old rows that stay while the new query cannot be run. */
  stale?: boolean;
  /** Grows with its rows instead of filling the space. */
  auto?: boolean;
  rowHeight?: number;
  foot?: ReactNode;
}

/** A list of any length: only what can be seen is in the page. */
export function DataGrid<T>({
  label,
  rows,
  rowKey,
  columns,
  total,
  active = -1,
  onActive,
  onOpen,
  onNearEnd,
  stale,
  auto,
  rowHeight,
  foot,
}: Props<T>) {
  const { density } = useLocal();
  const height = rowHeight ?? (density === "compact" ? 28 : 36);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 8,
    scrollMargin: 0,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of height is what must be measured
  useEffect(() => list.measure(), [height]);
  useEffect(() => {
    if (active >= 0 && active < rows.length) list.scrollToIndex(active, { align: "auto" });
  }, [active, rows.length, list]);
  const items = list.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onNearEnd && rows.length > 0 && last >= rows.length - 20) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!onActive || event.target !== scroller.current) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
    const to = { Home: 0, End: rows.length - 1, PageDown: active + page, PageUp: active - page }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    onActive(Math.max(0, Math.min(rows.length - 1, to)));
  };
  const tracks = columns.map((c) => c.width).join(" ");
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) < 0 ? -1 : (total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-activedescendant={
        active >= 0 && items.some((i) => i.index === active) ? `${id}-${active}` : undefined
      }
      tabIndex={0}
      className={cx(styles.grid, auto && styles.auto, stale && styles.stale)}
      style={{ "--columns": tracks, "--least": `${leastWidth(columns)}px` } as React.CSSProperties}
      onKeyDown={onKeyDown}
    >
      <div role="row" aria-rowindex={1} className={styles.head} tabIndex={-1}>
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            tabIndex={-1}
            className={cx(styles.cell, column.right && styles.right)}
          >
            {column.head}
          </div>
        ))}
      </div>
      <div role="presentation" className={styles.body} style={{ height: list.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on the grid opens the active row
            <div
              key={item.key}
              id={`${id}-${item.index}`}
              role="row"
              tabIndex={-1}
              aria-rowindex={item.index + 2}
              data-active={item.index === active}
              className={styles.row}
              style={{ height: item.size, top: item.start }}
              onClick={(event) => {
                onActive?.(item.index);
                if (onOpen && !(event.target as Element).closest("a, button, input, label"))
                  onOpen(row);
              }}
            >
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  tabIndex={-1}
                  className={cx(styles.cell, column.right && styles.right)}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
      {foot && (
        <div role="presentation" className={styles.foot}>
          {foot}
        </div>
      )}
    </div>
  );
}

/** What the tracks need at least; below it the list scrolls sideways instead of squeezing. */
function leastWidth<T>(columns: readonly Column<T>[]): number {
  return columns.reduce((sum, column) => sum + Number(/\d+/.exec(column.width)?.[0] ?? 0), 0);
}
