import "uplot/dist/uPlot.min.css";
import type { Schemas } from "#/api/client";
import { localTime, UNKNOWN } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { Table } from "#/ui/Page";
import styles from "./Chart.module.css";
import { SERIES_MAX } from "./series";

export function TableTwin({
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
