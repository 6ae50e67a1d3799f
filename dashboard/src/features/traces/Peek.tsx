import { Link } from "@tanstack/react-router";
import { ExternalLink, X } from "lucide-react";
import { plural } from "#/format/format";
import { EventContent } from "#/record/Content";
import { TraceHead, TraceTags } from "#/record/TraceHead";
import { useTrace } from "#/record/useTrace";
import { useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { buttonClass, IconButton } from "#/ui/Button";
import { kindOfEvent } from "#/ui/kinds";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { KindTag } from "#/ui/Tags";
import { Span } from "#/ui/Values";
import styles from "./Traces.module.css";

const EVENTS_SHOWN = 60;

/** A look at a trace beside the list. */
export function Peek({ traceId, onClose }: { traceId: string; onClose: () => void }) {
  const { projectId } = useProject();
  const { query, trace, events } = useTrace(traceId, EVENTS_SHOWN);
  return (
    <aside className={styles.peek} aria-label="Peek">
      <div className={styles.peekHead}>
        <h2>
          <SafeText text={traceId} />
        </h2>
        <Link
          to="/p/$project/trace"
          params={{ project: projectId }}
          search={{ id: traceId }}
          className={buttonClass({ size: "small" })}
        >
          <ExternalLink size={13} aria-hidden /> Open
        </Link>
        <IconButton label="Close peek" size="small" onClick={onClose}>
          <X size={15} aria-hidden />
        </IconButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key */}
      <section className={styles.peekBody} aria-label="Start of the trace" tabIndex={0}>
        {query.error && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {query.isPending && <Skeleton />}
        {trace && (
          <div className={styles.peekFacts}>
            <TraceHead trace={trace} />
            <TraceTags trace={trace} />
          </div>
        )}
        {events.slice(0, EVENTS_SHOWN).map((event) => (
          <div key={event.id} className={styles.peekEvent}>
            <div className={styles.peekKind}>
              <KindTag
                kind={kindOfEvent(event.eventType)}
                word={event.tool ?? event.model ?? undefined}
              />
              {event.latencyMs !== null && <Span ms={event.latencyMs} />}
            </div>
            <EventContent event={event} short />
          </div>
        ))}
        {trace && trace.eventCount > EVENTS_SHOWN && (
          <p className={styles.preview}>
            {EVENTS_SHOWN} of {plural(trace.eventCount, "event")}. Open the trace for the rest.
          </p>
        )}
      </section>
    </aside>
  );
}
