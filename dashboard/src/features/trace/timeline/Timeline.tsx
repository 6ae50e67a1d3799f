import { useVirtualizer } from "@tanstack/react-virtual";
import { ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { duration } from "#/format/format";
import { useKeys } from "#/keys/keys";
import type { Event } from "#/record/content";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import { KindTag } from "#/ui/Tags";
import { useNarrow } from "#/ui/useMedia";
import { type SpanNode, spanTree } from "../spans";
import { type Scale, timeScale } from "./scale";
import styles from "./Timeline.module.css";

interface Props {
  events: readonly Event[];
  selected: Event | null;
  onSelect: (eventId: string) => void;
}

const ROW = 28;
const ZOOM_MAX = 64;

/** When each step ran: bars with our overhead and the wait for the first token set apart. */
export function Timeline({ events, selected, onSelect }: Props) {
  const spans = useMemo(() => spanTree(events).ordered, [events]);
  const [squeeze, setSqueeze] = useState(false);
  const [zoom, setZoom] = useState(1);
  const narrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const scale = useMemo(() => timeScale(spans, squeeze, 6 * zoom), [spans, squeeze, zoom]);
  const list = useVirtualizer({
    count: spans.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    paddingStart: 26,
    paddingEnd: 24,
    scrollPaddingStart: 26,
  });
  const target = selected ? spans.findIndex((s) => s.id === selected.spanId) : -1;
  useEffect(() => {
    if (target >= 0) list.scrollToIndex(target, { align: "auto" });
  }, [target, list]);
  const zoomIn = () => setZoom(Math.min(ZOOM_MAX, zoom * 2));
  const zoomOut = () => setZoom(Math.max(1, zoom / 2));
  useKeys({ zoomIn, zoomOut, zoomFit: () => setZoom(1) });
  const label = narrow ? "132px" : "220px";
  return (
    <div className={styles.timeline}>
      <div className={styles.tools}>
        <Button
          size="small"
          aria-pressed={squeeze}
          variant="ghost"
          onClick={() => setSqueeze(!squeeze)}
        >
          Squeeze idle time
        </Button>
        <IconButton label="Zoom out" size="small" disabled={zoom === 1} onClick={zoomOut}>
          <ZoomOut size={15} aria-hidden />
        </IconButton>
        <IconButton label="Zoom in" size="small" disabled={zoom === ZOOM_MAX} onClick={zoomIn}>
          <ZoomIn size={15} aria-hidden />
        </IconButton>
        <Legend />
      </div>
      <section
        ref={scroller}
        className={styles.scroll}
        aria-label="Timeline"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
        tabIndex={0}
        style={{ "--label": label } as React.CSSProperties}
      >
        <div
          className={styles.sized}
          style={{ width: `${zoom * 100}%`, height: list.getTotalSize() }}
        >
          <Axis scale={scale} />
          <div className={styles.track} aria-hidden>
            {scale.gaps.map((gap) => (
              <div
                key={gap.startMs}
                className={styles.gap}
                title={`${duration(gap.endMs - gap.startMs)} idle`}
                style={{
                  left: part(scale.at(gap.startMs)),
                  width: part(scale.at(gap.endMs) - scale.at(gap.startMs)),
                }}
              />
            ))}
            {selected && (
              <div
                className={styles.playhead}
                style={{ left: part(scale.at(Date.parse(selected.timestamp))) }}
              />
            )}
          </div>
          <div role="list" aria-label="Steps by start">
            {list.getVirtualItems().map((item) => {
              const span = spans[item.index];
              return (
                span && (
                  <div
                    key={span.id}
                    role="listitem"
                    aria-setsize={spans.length}
                    aria-posinset={item.index + 1}
                    className={cx(styles.row, item.index === target && styles.selected)}
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <SpanRow span={span} scale={scale} onSelect={onSelect} />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </section>
    </div>
  );
}

function SpanRow({
  span,
  scale,
  onSelect,
}: {
  span: SpanNode;
  scale: Scale;
  onSelect: (eventId: string) => void;
}) {
  const left = scale.at(span.startMs);
  const width = scale.at(span.endMs) - left;
  const main = span.events.find((e) => e.latencyMs !== null) ?? span.events[0];
  const total = span.endMs - span.startMs;
  const select = () => main && onSelect(main.id);
  const overhead = main?.overheadMs ?? null;
  const waited = main?.ttftMs ?? null;
  return (
    <>
      <button type="button" className={styles.label} onClick={select}>
        <KindTag kind={span.kind} iconOnly />
        <span>
          <SafeText text={span.label.slice(0, 80)} />
        </span>
        <span className="visually-hidden">
          , {span.measured ? duration(total) : "not timed"}, {span.status}
        </span>
      </button>
      <div className={styles.track}>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          className={cx(
            styles.bar,
            styles[span.kind],
            !span.measured && total === 0 && styles.untimed,
            span.status !== "ok" && styles.failed,
          )}
          style={{ left: part(left), width: span.measured || total > 0 ? part(width) : undefined }}
          title={`${visibleText(span.label.slice(0, 80))} ${span.measured ? duration(total) : "not timed"}`}
          onClick={select}
        >
          {waited !== null && total > 0 && (
            <span className={styles.waiting} style={{ width: part(Math.min(1, waited / total)) }} />
          )}
          {overhead !== null && total > 0 && (
            <span
              className={styles.overhead}
              style={{ width: part(Math.min(1, overhead / total)) }}
            />
          )}
        </button>
        {span.measured && (
          <span
            className={styles.after}
            aria-hidden
            style={
              left + width > 0.9
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
}

function Axis({ scale }: { scale: Scale }) {
  return (
    <div className={styles.axis} aria-hidden>
      <div className={styles.axisTrack}>
        {scale.ticks.map((tick) => (
          <span key={tick.ms} className={styles.tick} style={{ left: part(tick.at) }}>
            {duration(tick.ms)}
          </span>
        ))}
      </div>
    </div>
  );
}

function Legend() {
  return (
    <div className={styles.legend}>
      <span>
        <span className={cx(styles.swatch, styles.model)} style={{ background: "var(--kind)" }} />{" "}
        model
      </span>
      <span>
        <span
          className={cx(styles.swatch, styles.model)}
          style={{ background: "color-mix(in srgb, var(--bg) 55%, var(--kind))" }}
        />{" "}
        until the first token
      </span>
      <span>
        <span className={styles.swatch} style={{ background: "var(--high)" }} /> our overhead
      </span>
      <span>
        <span
          className={cx(styles.swatch, styles.toolResult)}
          style={{ background: "var(--kind)" }}
        />{" "}
        tool
      </span>
    </div>
  );
}

function part(fraction: number): string {
  return `${(fraction * 100).toFixed(4)}%`;
}
