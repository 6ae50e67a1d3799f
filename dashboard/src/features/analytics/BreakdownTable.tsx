import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { saveBlob } from "#/api/client";
import { type Cell, csv } from "#/format/csv";
import { count } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { Panel, Right, RightHead, Table } from "#/ui/Page";
import styles from "./Chart.module.css";

/** A figure of a row: its heading and value in the file, and on the page where it stands there. */
export interface Figure<T> {
  file: string;
  value: (row: T) => Cell;
  shown?: { head: string; cell: (row: T) => ReactNode };
}

interface Props<T> {
  title: string;
  /** The heading of the first column, which says what a row is about. */
  about: string;
  nameOf: (row: T) => string;
  rows: readonly T[];
  /** All rows there are; the server sends the first ones. */
  total: number;
  figures: readonly Figure<T>[];
  empty: string;
}

/** One kind of figures by group, with the file of the same rows. */
export function BreakdownTable<T>(props: Props<T>) {
  const { title, about, nameOf, rows, total, figures, empty } = props;
  const shown = figures.flatMap((f) => (f.shown ? [f.shown] : []));
  const file = title.toLowerCase().replaceAll(" ", "-");
  const save = () => {
    const head = [about.toLowerCase(), ...figures.map((f) => f.file)];
    const lines = rows.map((row) => [nameOf(row), ...figures.map((f) => f.value(row))]);
    saveBlob(new Blob([csv([head, ...lines])], { type: "text/csv" }), `${file}.csv`);
  };
  return (
    <Panel
      title={title}
      tools={
        <>
          {total > rows.length && (
            <span className={styles.muted}>
              top {count(rows.length)} of {count(total)}
            </span>
          )}
          <Button
            size="small"
            icon={<Download size={13} aria-hidden />}
            aria-label={`${file} as CSV`}
            onClick={save}
          >
            CSV
          </Button>
        </>
      }
      flush
    >
      {rows.length === 0 ? (
        <p className={styles.empty}>{empty}</p>
      ) : (
        <Table
          label={title}
          head={
            <>
              <th scope="col">{about}</th>
              {shown.map(({ head }) => (
                <RightHead key={head}>{head}</RightHead>
              ))}
            </>
          }
        >
          {rows.map((row) => (
            <tr key={nameOf(row)}>
              <td>
                <SafeText text={nameOf(row) || "(none)"} />
              </td>
              {shown.map(({ head, cell }) => (
                <Right key={head}>{cell(row)}</Right>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
