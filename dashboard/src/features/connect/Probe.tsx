import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { duration, localTime } from "#/format/format";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { useTick } from "#/ui/Values";
import styles from "./Connect.module.css";
import { type Arrival, idOf, useProbe } from "./useProbe";

export function Probe() {
  const { arrivals, since } = useProbe();
  const arrived = arrivals.some((a) => a.kind === "trace");
  return (
    <section className={styles.probe} aria-label="What arrives" aria-live="polite">
      {!arrived && <Waiting since={since} />}
      {arrivals.map((arrival) => (
        <ArrivalRow key={idOf(arrival)} arrival={arrival} />
      ))}
    </section>
  );
}

function Waiting({ since }: { since: number }) {
  useTick(1000);
  const seconds = Math.floor((Date.now() - since) / 1000) * 1000;
  return (
    <div className={styles.waiting}>
      <LoaderCircle size={16} aria-hidden className={styles.turning} />
      <span>Waiting for the first event…</span>
      <span aria-hidden className={styles.muted}>
        {duration(seconds)}
      </span>
    </div>
  );
}

function ArrivalRow({ arrival }: { arrival: Arrival }) {
  const { projectId } = useProject();
  if (arrival.kind === "trace") {
    const { trace } = arrival;
    return (
      <div className={styles.arrival}>
        <CircleCheck size={16} aria-hidden className={styles.ok} />
        <div>
          <div>
            {localTime(trace.startedAt)} <SafeText text={trace.agentName} /> arrived.{" "}
            <Link
              to="/p/$project/trace"
              params={{ project: projectId }}
              search={{ id: trace.traceId }}
            >
              Open the trace
            </Link>
          </div>
          <div className={styles.muted}>
            <SafeText text={trace.preview} />
          </div>
        </div>
      </div>
    );
  }
  const { refusal } = arrival;
  return (
    <div className={styles.arrival}>
      <CircleX size={16} aria-hidden className={styles.bad} />
      <div>
        <div>
          {localTime(refusal.at)} {refusal.method} <SafeText text={refusal.path} /> {refusal.status}{" "}
          <code>{refusal.code}</code>
        </div>
        <div className={styles.muted}>
          <SafeText text={refusal.cause} /> {refusal.remedy && <SafeText text={refusal.remedy} />}
        </div>
      </div>
    </div>
  );
}
