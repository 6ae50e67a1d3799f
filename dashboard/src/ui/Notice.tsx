import { CircleAlert, CircleCheck, Info, RotateCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { problemOf } from "#/api/problems";
import { Button } from "./Button";
import { cx } from "./cx";
import styles from "./Notice.module.css";

type Tone = "info" | "ok" | "warning" | "error";

const ICONS = { info: Info, ok: CircleCheck, warning: TriangleAlert, error: CircleAlert };

export function Notice({
  tone = "info",
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
}) {
  const Icon = ICONS[tone];
  return (
    <div className={cx(styles.notice, styles[tone])} role={tone === "error" ? "alert" : "note"}>
      <Icon size={16} aria-hidden />
      <div className={styles.body}>
        {title && <div className={styles.title}>{title}</div>}
        {children}
      </div>
    </div>
  );
}

/** A failed request: what, which code, and another try. What was shown before stays on the page. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  return (
    <Notice tone="error" title={problem.message}>
      <div className={styles.meta}>
        Code <code>{problem.code}</code>
        {problem.requestId && (
          <>
            {" · "}Request <code>{problem.requestId}</code>
          </>
        )}
      </div>
      {onRetry && (
        <Button size="small" icon={<RotateCw size={13} aria-hidden />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </Notice>
  );
}

export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <div className={styles.art}>{icon}</div>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={styles.emptyActions}>{actions}</div>}
    </div>
  );
}

const SKELETON_AFTER_MS = 150;
const WIDTHS = ["92%", "74%", "84%", "58%", "88%", "66%", "79%", "48%"];

/** Appears only when waiting takes long enough to be noticed. */
export function Skeleton({ lines = 6, label = "Loading" }: { lines?: number; label?: string }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {shown &&
        WIDTHS.slice(0, lines).map((width) => (
          <div key={width} className={styles.bar} style={{ width }} />
        ))}
    </div>
  );
}
