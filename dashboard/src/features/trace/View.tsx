import type { ReactNode } from "react";
import styles from "./View.module.css";

/** A drawn view of the trace: its tools, what its signs mean, and the drawing. */
export function View({
  tools,
  legend,
  children,
}: {
  tools: ReactNode;
  legend: readonly (readonly [swatchClass: string, word: string])[];
  children: ReactNode;
}) {
  return (
    <div className={styles.view}>
      <div className={styles.tools}>
        {tools}
        <div className={styles.legend}>
          {legend.map(([swatch, word]) => (
            <span key={word}>
              <span className={swatch} /> {word}
            </span>
          ))}
        </div>
      </div>
      {children}
    </div>
  );
}
