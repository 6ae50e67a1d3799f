import { LoaderCircle } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx";

export interface ButtonLook {
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "small" | "normal" | "wide";
  icon?: ReactNode;
}

type Props = ComponentProps<"button"> & ButtonLook & { busy?: boolean };

export function Button({
  variant = "secondary",
  size = "normal",
  icon,
  busy,
  children,
  className,
  disabled,
  ...rest
}: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(buttonClass({ variant, size }), busy && styles.busy, className)}
    >
      {busy ? <LoaderCircle size={14} aria-hidden /> : icon}
      {children}
    </button>
  );
}

/** A button that shows an icon only; the label is what a screen reader says and the tooltip shows. */
export function IconButton({
  label,
  variant = "ghost",
  size = "normal",
  className,
  children,
  ...rest
}: ComponentProps<"button"> & ButtonLook & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(buttonClass({ variant, size }), styles.square, className)}
    >
      {children}
    </button>
  );
}

/** For links that look like buttons. */
export function buttonClass({ variant = "secondary", size = "normal" }: ButtonLook = {}): string {
  return cx(
    styles.button,
    styles[variant],
    size === "small" && styles.small,
    size === "wide" && styles.wide,
  );
}
