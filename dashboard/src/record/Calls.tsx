/** A tool call and its result, wherever they stand. */
import { CornerDownRight, Wrench } from "lucide-react";
import type { ReactNode } from "react";
import { JsonTree } from "#/text/JsonTree";
import { LongText, SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import styles from "./Record.module.css";

export function CallView({ name, args, head }: { name: string; args: unknown; head?: ReactNode }) {
  return (
    <div className={styles.call}>
      <div className={styles.callHead}>
        <Wrench size={14} aria-hidden />
        <code>
          <SafeText text={name} />
        </code>
        {head}
      </div>
      <div className={styles.callBody}>
        <Value value={args} label={`Arguments of ${name}`} />
      </div>
    </div>
  );
}

export function ResultView({
  output,
  isError,
  head,
}: {
  output: unknown;
  isError: boolean;
  head?: ReactNode;
}) {
  return (
    <div className={styles.call}>
      <div className={cx(styles.callHead, isError ? styles.failed : styles.resultHead)}>
        <CornerDownRight size={14} aria-hidden />
        {isError ? "failed" : "result"}
        {head}
      </div>
      <div className={styles.callBody}>
        <Value value={output} label="Result" />
      </div>
    </div>
  );
}

export function Value({ value, label }: { value: unknown; label: string }) {
  if (typeof value === "string") return <LongText text={value} mono first={1200} />;
  if (value === null || value === undefined) return <span className={styles.none}>nothing</span>;
  return <JsonTree value={value} label={label} openDepth={2} />;
}
