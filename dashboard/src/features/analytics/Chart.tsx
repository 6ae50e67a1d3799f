import "uplot/dist/uPlot.min.css";
import { Download, Table2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import { type Schemas, saveBlob } from "#/api/client";
import { csv } from "#/format/csv";
import { bytes, count, duration, localTime, shortCount, UNKNOWN, usd } from "#/format/format";
import { useLocal } from "#/shell/local";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { Table } from "#/ui/Page";
import { useMedia } from "#/ui/useMedia";
import styles from "./Chart.module.css";
import { type Drawn, drawnSeries, SERIES_MAX } from "./series";

interface Props {
  title: string;
  data: Schemas["Timeseries"];
  /** What a series is called when the data has one without a group. */
  name: string;
  onRange: (from: string, to: string) => void;
  onPick?: ((group: string) => void) | undefined;
}

const HEIGHT = 190;
const SYNC = "analytics";

export function Chart({ title, data, name, onRange, onPick }: Props) {
  const [asTable, setAsTable] = useState(false);
  const [cursor, setCursor] = useState<number | null>(null);
  const drawn = useMemo(() => drawnSeries(data), [data]);
  const show = valueFormat(data.unit);
  const empty = data.series.every((s) => s.points.every((p) => p === null || p === 0));
  const save = () => {
    const head = ["time", ...data.series.map((s) => s.group ?? name)];
    const rows = data.buckets.map((bucket, i) => [
      bucket,
      ...data.series.map((s) => s.points[i] ?? null),
    ]);
    saveBlob(new Blob([csv([head, ...rows])], { type: "text/csv" }), `${data.metric}.csv`);
  };
  return (
    <figure className={styles.chart} aria-label={title}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {data.groupCount > drawn.length && (
          <span className={styles.muted}>
            top {drawn.length} of {count(data.groupCount)}
          </span>
        )}
        <IconButton
          label={asTable ? `${title} as chart` : `${title} as table`}
          size="small"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          <Table2 size={15} aria-hidden />
        </IconButton>
        <IconButton label={`${title} as CSV`} size="small" onClick={save}>
          <Download size={15} aria-hidden />
        </IconButton>
      </div>
      {asTable ? (
        <TableTwin data={data} name={name} show={show} title={title} />
      ) : empty ? (
        <div className={styles.empty}>Nothing in this time range</div>
      ) : (
        <Plot data={data} drawn={drawn} show={show} onRange={onRange} onCursor={setCursor} />
      )}
      <figcaption className={styles.legend}>
        {drawn.map((series, index) => {
          const value =
            cursor === null
              ? (data.series[index]?.total ?? null)
              : (data.series[index]?.points[cursor] ?? null);
          const label = series.name ?? name;
          const content = (
            <>
              <span
                className={styles.swatch}
                style={{ background: `var(--series-${series.colour})` }}
                aria-hidden
              />
              <span>
                <SafeText text={label} />
              </span>
              {value !== null && <span className={styles.value}>{show(value)}</span>}
            </>
          );
          return series.name !== null && onPick ? (
            <button
              key={label}
              type="button"
              className={styles.item}
              title="Open its traces"
              onClick={() => onPick(label)}
            >
              {content}
            </button>
          ) : (
            <span key={label} className={styles.item}>
              {content}
            </span>
          );
        })}
        {cursor !== null && <span className={styles.muted}>{localTime(data.buckets[cursor])}</span>}
      </figcaption>
    </figure>
  );
}

interface PlotProps {
  data: Schemas["Timeseries"];
  drawn: Drawn[];
  show: (value: number) => string;
  onRange: (from: string, to: string) => void;
  onCursor: (index: number | null) => void;
}

function Plot({ data, drawn, show, onRange, onCursor }: PlotProps) {
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
            space: 92,
            values: (_, splits) => splits.map((at, i) => tickText(at, splits[i - 1])),
          },
          { ...axis, size: 62, values: (_, values) => values.map((v) => handlers.current.show(v)) },
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

function TableTwin({
  data,
  name,
  show,
  title,
}: {
  data: Schemas["Timeseries"];
  name: string;
  show: (value: number) => string;
  title: string;
}) {
  const series = data.series.slice(0, SERIES_MAX);
  return (
    <div className={styles.table}>
      <Table
        label={`${title}, as a table`}
        head={
          <>
            <th scope="col">Time</th>
            {series.map((s) => (
              <th key={s.group ?? name} scope="col">
                <SafeText text={s.group ?? name} />
              </th>
            ))}
          </>
        }
      >
        {data.buckets.map((bucket, index) => (
          <tr key={bucket}>
            <td>
              {localTime(bucket)}
              {data.unfinishedFrom !== null && index >= data.unfinishedFrom && " (unfinished)"}
            </td>
            {series.map((s) => {
              const value = s.points[index] ?? null;
              return <td key={s.group ?? name}>{value === null ? UNKNOWN : show(value)}</td>;
            })}
          </tr>
        ))}
      </Table>
    </div>
  );
}

export function valueFormat(unit: string): (value: number) => string {
  if (unit === "ms") return duration;
  if (unit === "usd" || unit === "USD") return (v) => usd(String(v));
  if (unit === "bytes") return bytes;
  return shortCount;
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
