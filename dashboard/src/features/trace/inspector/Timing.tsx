import type { Event } from "#/record/content";
import { cx } from "#/ui/cx";
import { Facts } from "#/ui/Page";
import { Span, Time } from "#/ui/Values";
import styles from "./Inspector.module.css";
import { type Piece, waterfallOf } from "./waterfall";

export function Timing({ event }: { event: Event }) {
  const waterfall = waterfallOf(event);
  return (
    <div className={styles.body}>
      <div className={styles.section}>
        <Facts
          items={[
            ["Recorded at", <Time key="at" at={event.timestamp} />],
            ["Latency", <Span key="l" ms={event.latencyMs} />],
            ["To first token", <Span key="t" ms={event.ttftMs} />],
            ["Overhead of WhyOps", <Span key="o" ms={event.overheadMs} />],
            event.clockSuspect && ["Clock", "The sender's clock is far off; ordered by receipt."],
          ]}
        />
      </div>
      {waterfall && waterfall.totalMs > 0 ? (
        <div className={styles.section}>
          <h3>Where the time went</h3>
          <div className={styles.waterfall}>
            {waterfall.pieces.map((piece) => (
              <Row key={piece.name} piece={piece} totalMs={waterfall.totalMs} />
            ))}
          </div>
          {!waterfall.exact && (
            <p className={styles.note}>
              From the sums of the call; single stamps were not recorded.
            </p>
          )}
        </div>
      ) : (
        <p className={styles.note}>Nothing measured this step's duration.</p>
      )}
    </div>
  );
}

function Row({ piece, totalMs }: { piece: Piece; totalMs: number }) {
  return (
    <>
      <span>{piece.name}</span>
      <span className={styles.track}>
        <span
          className={cx(styles.piece, styles[piece.kind])}
          style={{
            left: `${(100 * piece.startMs) / totalMs}%`,
            width: `${(100 * piece.lengthMs) / totalMs}%`,
          }}
        />
      </span>
      <span className={styles.waterfallValue}>
        <Span ms={piece.lengthMs} />
      </span>
    </>
  );
}
