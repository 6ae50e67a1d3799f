import { cx } from "#/ui/cx";
import { SafeText } from "./SafeText";
import styles from "./Text.module.css";

interface Line {
  op: "same" | "added" | "removed";
  text: string;
}

const AROUND = 3;

/** Lines that were added or removed, with a little of what stands around them. */
export function DiffLines({ lines, label }: { lines: readonly Line[]; label: string }) {
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((l) => l.op !== "same"),
  );
  const rows: (Line & { key: number; skipped?: number })[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (!line) continue;
    if (shown[index]) {
      rows.push({ ...line, key: index });
      continue;
    }
    let end = index;
    while (end < lines.length && !shown[end]) end++;
    rows.push({ op: "same", text: "", key: index, skipped: end - index });
    index = end - 1;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section aria-label={label} tabIndex={0} className={styles.diff}>
      {rows.map((row) =>
        row.skipped ? (
          <div key={row.key} className={styles.folded}>
            {row.skipped} {row.skipped === 1 ? "line" : "lines"} as before
          </div>
        ) : (
          <div key={row.key} className={cx(styles.diffLine, row.op !== "same" && styles[row.op])}>
            <span aria-hidden>{row.op === "added" ? "+" : row.op === "removed" ? "−" : ""}</span>
            <span>
              {row.op !== "same" && <span className="visually-hidden">{row.op}: </span>}
              <SafeText text={row.text} />
            </span>
          </div>
        ),
      )}
    </section>
  );
}
