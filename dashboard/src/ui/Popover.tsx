import { Popover as Base } from "@base-ui/react/popover";
import { Tooltip as BaseTip } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./cx";
import styles from "./Popup.module.css";

/** A small panel beside a button. */
export function Popover({
  trigger,
  label,
  children,
  open,
  onOpenChange,
}: {
  trigger: ReactElement;
  label: string;
  children: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} sideOffset={4} align="start">
          <Base.Popup className={cx(styles.popup, styles.panel)} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** More about what is under the pointer or the focus. Never the only place of a fact. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactElement }) {
  return (
    <BaseTip.Root>
      <BaseTip.Trigger render={children} delay={400} />
      <BaseTip.Portal>
        <BaseTip.Positioner className={styles.positioner} sideOffset={6}>
          <BaseTip.Popup className={styles.tip}>{text}</BaseTip.Popup>
        </BaseTip.Positioner>
      </BaseTip.Portal>
    </BaseTip.Root>
  );
}
