import { memo } from "react";
import { duration } from "#/format/format";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import kinds from "#/ui/kinds.module.css";
import { KindTag } from "#/ui/Tags";
import { type LabelPlace, placeOf } from "./label";
import type { Bar } from "./rows";
import type { Scale } from "./scale";
import styles from "./Timeline.module.css";

/** One step: its name, and its bar with our overhead and the wait for the first token set apart. */
export const BarRow = memo(function BarRow({
  bar,
  scale,
  narrow,
  onSelect,
}: {
  bar: Bar;
  scale: Scale;
  narrow: boolean;
  onSelect: (eventId: string) => void;
}) {
  const left = scale.at(bar.startMs);
  const width = scale.at(bar.endMs) - left;
  const total = bar.endMs - bar.startMs;
  const select = () => onSelect(bar.eventId);
  const place = placeOf(left, width, narrow);
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
            className={cx(styles.after, place === "inside" && styles.inside)}
            aria-hidden
            style={placed(place, left, width)}
          >
            {duration(total)}
          </span>
        )}
      </div>
    </>
  );
});

function placed(place: LabelPlace, left: number, width: number) {
  if (place === "before") return { right: part(1 - left), paddingRight: 6 };
  return place === "inside" ? { right: part(1 - left - width) } : { left: part(left + width) };
}

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
