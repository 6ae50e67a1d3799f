import "uplot/dist/uPlot.min.css";
import { Download, Table2 } from "lucide-react";
import { useMemo, useState } from "react";
import { type Schemas, saveBlob } from "#/api/client";
import { csv } from "#/format/csv";
import { bytes, count, duration, localTime, shortCount, usd } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import styles from "./Chart.module.css";
import { Plot } from "./Plot";
import { drawnSeries } from "./series";
import { TableTwin } from "./TableTwin";

interface Props {
  title: string;
  data: Schemas["Timeseries"];
  /** What a series is called when the data has one without a group. */
  name: string;
  onRange: (from: string, to: string) => void;
  onPick?: ((group: string) => void) | undefined;
}

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

export function valueFormat(unit: string): (value: number) => string {
  if (unit === "ms") return duration;
  if (unit === "usd" || unit === "USD") return (v) => usd(String(v));
  if (unit === "bytes") return bytes;
  return shortCount;
}
