import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Schemas } from "#/api/client";
import { useLocal } from "#/shell/local";
import { useMedia } from "#/ui/useMedia";
import { axisWidth, stepsFor } from "./axis";
import styles from "./Chart.module.css";
import type { Drawn } from "./series";

interface PlotProps {
  data: Schemas["Timeseries"];
  drawn: Drawn[];
  show: (value: number) => string;
  onRange: (from: string, to: string) => void;
  onCursor: (index: number | null) => void;
}

const HEIGHT = 190;
const SYNC = "analytics";

export function Plot({ data, drawn, show, onRange, onCursor }: PlotProps) {
  const root = useRef<HTMLDivElement>(null);
  const { theme } = useLocal();
  const systemDark = useMedia("(prefers-color-scheme: dark)");
  const handlers = useRef({ onRange, onCursor, show });
  handlers.current = { onRange, onCursor, show };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read
  useEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const colour = (name: string) =>
      getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const times = data.buckets.map((b) => Date.parse(b) / 1000);
    const steps = stepsFor(drawn.flatMap((s) => [...s.solid, ...s.dotted]));
    const axis = {
      stroke: colour("--muted"),
      grid: { stroke: colour("--divider"), width: 1 },
      ticks: { show: false },
      font: `12px ${colour("--font-text")}`,
    };
    const plot = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: HEIGHT,
        // The last time below would be cut at the edge.
        padding: [null, 40, null, null],
        legend: { show: false },
        cursor: {
          sync: { key: SYNC },
          drag: { x: true, y: false, setScale: false },
          points: { size: 6 },
        },
        scales: { y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] } },
        axes: [
          {
            ...axis,
            size: 28,
            space: 92,
            values: (_, splits) => splits.map((at, i) => tickText(at, splits[i - 1])),
          },
          {
            ...axis,
            size: (_, labels) => axisWidth(labels ?? []),
            values: (_, values) => values.map((v) => handlers.current.show(v)),
            ...(steps && { incrs: steps }),
          },
        ],
        series: [
          {},
          ...drawn.flatMap((series): uPlot.Series[] => {
            const stroke = colour(`--series-${series.colour}`);
            const look: uPlot.Series = {
              stroke,
              width: 1.75,
              spanGaps: false,
              points: { show: times.length < 3, size: 5 },
            };
            return [look, { ...look, dash: [3, 4], points: { show: false } }];
          }),
        ],
        hooks: {
          setCursor: [(u) => handlers.current.onCursor(u.cursor.idx ?? null)],
          setSelect: [
            (u) => {
              if (u.select.width < 6) return;
              const from = u.posToVal(u.select.left, "x");
              const to = u.posToVal(u.select.left + u.select.width, "x");
              u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
              handlers.current.onRange(
                new Date(from * 1000).toISOString(),
                new Date(to * 1000).toISOString(),
              );
            },
          ],
        },
      },
      [times, ...drawn.flatMap((s) => [s.solid, s.dotted])],
      element,
    );
    const resize = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(200, element.clientWidth - 12), height: HEIGHT }),
    );
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [data, drawn, theme, systemDark]);
  return <div ref={root} className={styles.plot} aria-hidden />;
}

const tickClock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const tickDay = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/** The time, and the day where it changes. */
function tickText(seconds: number, before: number | undefined): string {
  const at = new Date(seconds * 1000);
  const newDay =
    before === undefined || new Date(before * 1000).toDateString() !== at.toDateString();
  return newDay ? `${tickDay.format(at)} ${tickClock.format(at)}` : tickClock.format(at);
}
