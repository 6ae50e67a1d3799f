import { memo } from "react";
import { duration } from "#/format/format";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import kinds from "#/ui/kinds.module.css";
import { KindTag } from "#/ui/Tags";
import type { Bar } from "./rows";
import type { Scale } from "./scale";
import styles from "./Timeline.module.css";

/** Beyond this share of the width there is no room for the duration behind a bar. */
const LABEL_AFTER_MAX = 0.9;

/** One step: its name, and its bar with our overhead and the wait for the first token set apart. */
export const BarRow = memo(function BarRow({
  bar,
  scale,
  onSelect,
}: {
  bar: Bar;
  scale: Scale;
  onSelect: (eventId: string) => void;
}) {
  const left = scale.at(bar.startMs);
  const width = scale.at(bar.endMs) - left;
  const total = bar.endMs - bar.startMs;
  const select = () => onSelect(bar.eventId);
  return (
    <>
      <button type="button" className={styles.label} onClick={select}>
        <KindTag kind={bar.kind} iconOnly />
        <span>
          <SafeText text={bar.label} />
        </span>
        <span className="visually-hidden">
          , {bar.measured ? duration(total) : "not timed"}, {bar.status}
        </span>
      </button>
      <div className={styles.track}>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          className={cx(
            styles.bar,
            kinds[bar.kind],
            !bar.measured && total === 0 && styles.untimed,
            bar.status !== "ok" && styles.failed,
          )}
          style={{ left: part(left), width: bar.measured || total > 0 ? part(width) : undefined }}
          title={`${visibleText(bar.label)} ${bar.measured ? duration(total) : "not timed"}`}
          onClick={select}
        >
          <Share className={styles.waiting} ms={bar.waitedMs} of={total} />
          <Share className={styles.overhead} ms={bar.overheadMs} of={total} />
        </button>
        {bar.measured && (
          <span
            className={styles.after}
            aria-hidden
            style={
              left + width > LABEL_AFTER_MAX
                ? { right: part(1 - left), paddingRight: 6 }
                : { left: part(left + width) }
            }
          >
            {duration(total)}
          </span>
        )}
      </div>
    </>
  );
});

function Share({
  className,
  ms,
  of,
}: {
  className: string | undefined;
  ms: number | null;
  of: number;
}) {
  if (ms === null || of <= 0) return null;
  return <span className={className} style={{ width: part(Math.min(1, ms / of)) }} />;
}

export function part(fraction: number): string {
  return `${(fraction * 100).toFixed(4)}%`;
}
