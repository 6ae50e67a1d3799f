import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { setLocal, useLocal } from "#/shell/local";
import styles from "./SplitPane.module.css";

interface Props {
  name: string;
  initial: number;
  min: number;
  max: number;
  side: ReactNode | null;
  children: ReactNode;
}

const STEP = 24;

/** A main part and a side panel; its width is kept in this browser. */
export function SplitPane({ name, initial, min, max, side, children }: Props) {
  const { panels } = useLocal();
  const width = clamp(panels[name] ?? initial, min, max);
  const root = useRef<HTMLDivElement>(null);
  const set = (next: number) =>
    setLocal({ panels: { ...panels, [name]: Math.round(clamp(next, min, max)) } });
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !root.current) return;
    set(root.current.getBoundingClientRect().right - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const change = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(width + change);
  };
  return (
    <div ref={root} className={styles.pane}>
      <div className={styles.main}>{children}</div>
      {side && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a divider that moves is no rule of a text */}
          <div
            role="separator"
            aria-orientation="vertical"
            aria-label={`Width of ${name}`}
            aria-valuenow={width}
            aria-valuemin={min}
            aria-valuemax={max}
            tabIndex={0}
            className={styles.handle}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onKeyDown={onKeyDown}
          />
          <div className={styles.side} style={{ "--width": `${width}px` } as React.CSSProperties}>
            {side}
          </div>
        </>
      )}
    </div>
  );
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
