import { Columns3 } from "lucide-react";
import { IconButton } from "#/ui/Button";
import { CheckField } from "#/ui/Field";
import { Popover } from "#/ui/Popover";
import { COLUMN_NAMES, COLUMN_WORD, type ColumnName } from "./columns";
import styles from "./Traces.module.css";

export function ColumnsMenu({
  names,
  onChange,
}: {
  names: readonly ColumnName[];
  onChange: (names: ColumnName[]) => void;
}) {
  return (
    <Popover
      label="Columns"
      trigger={
        <IconButton label="Columns" variant="secondary">
          <Columns3 size={15} aria-hidden />
        </IconButton>
      }
    >
      <div className={styles.columnList}>
        {COLUMN_NAMES.map((name) => (
          <CheckField
            key={name}
            label={COLUMN_WORD[name]}
            checked={names.includes(name)}
            disabled={names.length === 1 && names.includes(name)}
            onChange={() =>
              onChange(
                COLUMN_NAMES.filter((n) => (n === name ? !names.includes(n) : names.includes(n))),
              )
            }
          />
        ))}
      </div>
    </Popover>
  );
}
