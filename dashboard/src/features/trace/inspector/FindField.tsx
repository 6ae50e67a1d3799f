import type { Ref } from "react";
import { count } from "#/format/format";
import { around, HITS_MAX } from "#/text/find";
import { inputClass } from "#/ui/Field";
import styles from "./Inspector.module.css";

interface Props {
  ref: Ref<HTMLInputElement>;
  find: string;
  at: number;
  total: number;
  onFind: (find: string) => void;
  onAt: (at: number) => void;
}

/** Enter goes to the next hit, Shift and Enter back; Escape ends the search. */
export function FindField({ ref, find, at, total, onFind, onAt }: Props) {
  return (
    <>
      <input
        ref={ref}
        type="search"
        className={inputClass}
        aria-label="Find in the payload"
        placeholder="Find"
        value={find}
        onChange={(e) => onFind(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter") onAt(around(at, e.shiftKey ? -1 : 1, total));
          else if (e.key === "Escape") {
            onFind("");
            e.currentTarget.blur();
          } else return;
          e.preventDefault();
        }}
      />
      {find !== "" && (
        <span className={styles.hits} role="status">
          {total === 0
            ? "none"
            : `${count(at + 1)} of ${total === HITS_MAX ? `${count(total)}+` : count(total)}`}
        </span>
      )}
    </>
  );
}
