/** Small parts of Why cards: links to events, base rates, chips. */
import { ArrowRight } from "lucide-react";
import { createContext, type ReactNode, useContext } from "react";
import type { Schemas } from "#/api/client";
import { count, percent } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import styles from "./Why.module.css";

interface Steps {
  /** The number that the transcript gives to an event. */
  numberOf: (eventId: string) => number | undefined;
  onSelect: (eventId: string) => void;
}

export const StepsContext = createContext<Steps>({ numberOf: () => undefined, onSelect: () => {} });

export function EventRef({ eventId, path }: { eventId: string; path?: string | null }) {
  const { numberOf, onSelect } = useContext(StepsContext);
  const number = numberOf(eventId);
  return (
    <button type="button" className={styles.ref} onClick={() => onSelect(eventId)}>
      {number === undefined ? "its event" : `event ${number}`}
      {path && path !== "$" && (
        <code>
          <SafeText text={path} />
        </code>
      )}
      <ArrowRight size={12} aria-hidden />
    </button>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

export function Chips({ names, kind }: { names: readonly string[]; kind?: "chosen" | "unused" }) {
  return (
    <div className={styles.chips}>
      {names.map((name) => (
        <span key={name} className={cx(styles.chip, kind && styles[kind])}>
          <SafeText text={name} />
        </span>
      ))}
    </div>
  );
}

/** A share with its sample and its 95 % interval; too few runs give no rate. */
export function Rate({ rate, what }: { rate: Schemas["BaseRate"]; what: string }) {
  if (rate.p === null)
    return <p className={styles.muted}>{rate.note ?? `Too few runs (${count(rate.n)}).`}</p>;
  const [low, high] = rate.ci95 ?? [];
  return (
    <div>
      <div>
        {what} in {percent(rate.p)} of {count(rate.n)} runs
        {low !== undefined &&
          high !== undefined &&
          ` (95 % interval ${percent(low)} to ${percent(high)})`}
      </div>
      <div className={styles.rate} aria-hidden>
        {low !== undefined && high !== undefined && (
          <span
            className={styles.rateInterval}
            style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }}
          />
        )}
        <span className={styles.ratePoint} style={{ left: `${rate.p * 100}%` }} />
      </div>
      {rate.given && (
        <div className={styles.muted}>
          given{" "}
          <code>
            <SafeText text={rate.given} />
          </code>
          , chose{" "}
          <code>
            <SafeText text={rate.chose} />
          </code>
        </div>
      )}
      {rate.note && <div className={styles.muted}>{rate.note}</div>}
    </div>
  );
}
