import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { problemOf } from "#/api/problems";
import { IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Toasts.module.css";

interface Toast {
  id: number;
  tone: "ok" | "error";
  text: string;
}

const SHOWN_MS = 6000;
const AT_ONCE_MAX = 3;

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

export function toast(text: string, tone: Toast["tone"] = "ok"): void {
  const id = next++;
  set([...toasts, { id, tone, text }].slice(-AT_ONCE_MAX));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

export function toastProblem(error: unknown): void {
  toast(problemOf(error).message, "error");
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {shown.map((t) => (
        <div key={t.id} className={cx(styles.toast, styles[t.tone])}>
          {t.tone === "ok" ? (
            <CircleCheck size={15} aria-hidden />
          ) : (
            <CircleAlert size={15} aria-hidden />
          )}
          <span>{t.text}</span>
          <IconButton label="Dismiss" size="small" onClick={() => dismiss(t.id)}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
    </div>
  );
}

function dismiss(id: number): void {
  set(toasts.filter((t) => t.id !== id));
}

function set(value: readonly Toast[]): void {
  toasts = value;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
