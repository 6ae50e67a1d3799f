import { useVirtualizer } from "@tanstack/react-virtual";
import { ZoomIn, ZoomOut } from "lucide-react";
import { type CSSProperties, useEffect, useMemo, useRef, useState } from "react";
import { duration } from "#/format/format";
import { useKeys } from "#/keys/keys";
import type { Event } from "#/record/content";
import { Button, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import kinds from "#/ui/kinds.module.css";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { useNarrow } from "#/ui/useMedia";
import { View } from "../View";
import { BarRow, part } from "./Bar";
import type { Bars } from "./rows";
import { type Scale, timeScale } from "./scale";
import styles from "./Timeline.module.css";
import { useBars } from "./useBars";

interface Props {
  traceId: string;
  events: readonly Event[];
  selected: Event | null;
  onSelect: (eventId: string) => void;
}

const ROW = 28;
const AXIS = 26;
const ZOOM_MAX = 64;
const TICKS = 6;
const TICKS_NARROW = 2;

const LEGEND = [
  [cx(styles.swatch, kinds.model), "model"],
  [cx(styles.swatch, kinds.model, styles.swatchWaiting), "until the first token"],
  [cx(styles.swatch, styles.swatchOverhead), "our overhead"],
  [cx(styles.swatch, kinds.toolCall), "tool"],
] as const;

/** When each step ran. */
export function Timeline({ traceId, events, selected, onSelect }: Props) {
  const layout = useBars(traceId, events);
  const [squeeze, setSqueeze] = useState(false);
  const [zoom, setZoom] = useState(1);
  const zoomIn = () => setZoom(Math.min(ZOOM_MAX, zoom * 2));
  const zoomOut = () => setZoom(Math.max(1, zoom / 2));
  useKeys({ zoomIn, zoomOut, zoomFit: () => setZoom(1) });
  if (layout.error)
    return <ErrorState error={layout.error} onRetry={() => void layout.refetch()} />;
  if (!layout.data) return <Skeleton />;
  return (
    <View
      legend={LEGEND}
      tools={
        <>
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
        </>
      }
    >
      <Rows
        layout={layout.data}
        squeeze={squeeze}
        zoom={zoom}
        selected={selected}
        onSelect={onSelect}
      />
    </View>
  );
}

function Rows({
  layout: { bars, frame },
  squeeze,
  zoom,
  selected,
  onSelect,
}: {
  layout: Bars;
  squeeze: boolean;
  zoom: number;
  selected: Event | null;
  onSelect: (eventId: string) => void;
}) {
  const narrow = useNarrow();
  const scroller = useRef<HTMLElement>(null);
  const ticks = (narrow ? TICKS_NARROW : TICKS) * zoom;
  const scale = useMemo(() => timeScale(frame, squeeze, ticks), [frame, squeeze, ticks]);
  const list = useVirtualizer({
    count: bars.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    paddingStart: AXIS,
    paddingEnd: 24,
    scrollPaddingStart: AXIS,
  });
  const target = selected ? bars.findIndex((b) => b.spanId === selected.spanId) : -1;
  useEffect(() => {
    if (target >= 0) list.scrollToIndex(target, { align: "auto" });
  }, [target, list]);
  return (
    <section
      ref={scroller}
      className={styles.scroll}
      aria-label="Timeline"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
      tabIndex={0}
      style={{ "--label": narrow ? "132px" : "220px" } as CSSProperties}
    >
      <div
        className={styles.sized}
        style={{ width: `${zoom * 100}%`, height: list.getTotalSize() }}
      >
        <Axis scale={scale} />
        <Marks scale={scale} playheadMs={selected && Date.parse(selected.timestamp)} />
        <div role="list" aria-label="Steps by start">
          {list.getVirtualItems().map((item) => {
            const bar = bars[item.index];
            return (
              bar && (
                <div
                  key={bar.spanId}
                  role="listitem"
                  aria-setsize={bars.length}
                  aria-posinset={item.index + 1}
                  className={cx(styles.row, item.index === target && styles.selected)}
                  style={{ top: item.start }}
                >
                  <BarRow bar={bar} scale={scale} narrow={narrow} onSelect={onSelect} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

/** Squeezed times, and where the chosen step stands. */
function Marks({ scale, playheadMs }: { scale: Scale; playheadMs: number | null }) {
  return (
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
      {playheadMs !== null && (
        <div className={styles.playhead} style={{ left: part(scale.at(playheadMs)) }} />
      )}
    </div>
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
