import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import styles from "./Record.module.css";

/** What is long, the same as before, or only claimed starts folded. */
export function Fold({
  open,
  onToggle,
  children,
}: {
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className={styles.fold} aria-expanded={open} onClick={onToggle}>
      {open ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
      <span>{children}</span>
    </button>
  );
}
