import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { cx } from "#/ui/cx";
import { MarkedText } from "./SafeText";
import styles from "./Text.module.css";

interface Props {
  lines: readonly string[];
  label: string;
  find?: string;
  /** The line to bring into view. */
  current?: number | undefined;
}

/** A whole text, however long, with only the visible lines in the page. */
export function TextLines({ lines, label, find = "", current }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 12,
  });
  useEffect(() => {
    if (current !== undefined) rows.scrollToIndex(current, { align: "center" });
  }, [rows, current]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section ref={scroller} className={styles.scroll} aria-label={label} tabIndex={0}>
      <div className={styles.sized} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((item) => (
          <div
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            className={cx(
              styles.line,
              styles.long,
              styles.mono,
              item.index === current && styles.current,
            )}
            style={{ top: item.start }}
          >
            <MarkedText text={lines[item.index] || " "} find={find} />
          </div>
        ))}
      </div>
    </section>
  );
}
