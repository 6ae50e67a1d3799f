import { useEffect, useState } from "react";
import type { Schemas } from "#/api/client";
import {
  ago,
  count,
  duration,
  exactUsd,
  localTime,
  shortCount,
  usd,
  utcTime,
} from "#/format/format";
import styles from "./Values.module.css";

/** Local time on the page, UTC on hover. */
export function Time({ at, relative }: { at: string | null | undefined; relative?: boolean }) {
  useTick(relative ? 10_000 : 0);
  if (!at) return <span className={styles.none}>–</span>;
  return (
    <time dateTime={at} title={`${localTime(at)} local · ${utcTime(at)}`} className={styles.value}>
      {relative ? ago(at) : localTime(at)}
    </time>
  );
}

export function Span({ ms }: { ms: number | null | undefined }) {
  return (
    <span
      className={styles.value}
      title={ms == null ? "Not known" : `${count(Math.round(ms * 1000))} µs`}
    >
      {duration(ms)}
    </span>
  );
}

export function Num({ value, short }: { value: number | null | undefined; short?: boolean }) {
  return (
    <span className={styles.value} title={value == null ? "Not known" : count(value)}>
      {short ? shortCount(value) : count(value)}
    </span>
  );
}

const KIND_WORD: Record<Schemas["CostKind"], string> = {
  reported: "reported by the provider",
  computed: "computed from the price book",
  estimated: "estimated: the token counts are",
  partial: "partial: a call was aborted or has a class without a price",
  unpriced: "no price is known for this model",
};

export const costKindWord = (kind: Schemas["CostKind"]): string => KIND_WORD[kind];

/** Money as the server counted it; what is unpriced says so and is never zero. */
export function Usd({
  cost,
  quiet,
}: {
  cost: Pick<Schemas["CostSum"], "usd" | "kind">;
  quiet?: boolean;
}) {
  if (cost.usd === null) {
    return (
      <span className={styles.none} title={KIND_WORD.unpriced}>
        {quiet ? "–" : "unpriced"}
      </span>
    );
  }
  const mark =
    cost.kind === "estimated"
      ? "~"
      : cost.kind === "partial" || cost.kind === "unpriced"
        ? "≥"
        : "";
  return (
    <span className={styles.value} title={`${exactUsd(cost.usd)} · ${KIND_WORD[cost.kind]}`}>
      {mark}
      {usd(cost.usd)}
      {mark && <span className="visually-hidden"> {cost.kind}</span>}
    </span>
  );
}

export function useTick(everyMs: number): void {
  const [, setNow] = useState(0);
  useEffect(() => {
    if (everyMs === 0) return undefined;
    const timer = setInterval(() => setNow((n) => n + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
