import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Popup.module.css";

/** A list of actions behind a button. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} align={align}>
          <Base.Popup className={styles.popup}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemProps {
  icon?: ReactNode;
  onSelect?: () => void;
  danger?: boolean;
  disabled?: boolean;
  shortcut?: string;
  note?: ReactNode;
  render?: ReactElement;
  children: ReactNode;
}

export function MenuItem({
  icon,
  onSelect,
  danger,
  disabled,
  shortcut,
  note,
  render,
  children,
}: ItemProps) {
  return (
    <Base.Item
      className={cx(styles.item, danger && styles.danger)}
      disabled={disabled}
      onClick={onSelect}
      render={render}
    >
      {icon}
      <span className={styles.grow}>
        {children}
        {note && <span className={styles.note}>{note}</span>}
      </span>
      {shortcut && <kbd className={styles.key}>{shortcut}</kbd>}
    </Base.Item>
  );
}

export function MenuLine() {
  return <Base.Separator className={styles.line} />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className={styles.label}>{children}</div>;
}
