import { ChevronDown, ChevronRight } from "lucide-react";
import { count } from "#/format/format";
import { cx } from "#/ui/cx";
import type { JsonRow } from "./jsonRows";
import { SafeText } from "./SafeText";
import styles from "./Text.module.css";

const PREVIEW_CHARACTERS = 300;

/** What one row of a JSON tree says. */
export function JsonNode({ row, onEnter }: { row: JsonRow; onEnter: () => void }) {
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
