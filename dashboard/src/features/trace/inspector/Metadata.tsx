import type { Event } from "#/record/content";
import { JsonTree } from "#/text/JsonTree";
import { SafeText } from "#/text/SafeText";
import { CopyButton } from "#/ui/Copy";
import { Facts } from "#/ui/Page";
import styles from "./Inspector.module.css";

export function Metadata({ event }: { event: Event }) {
  const text = (name: string, value: string | number | null) =>
    value !== null && ([name, <SafeText key={name} text={String(value)} />] as const);
  return (
    <div className={styles.body}>
      <div className={styles.section}>
        <Facts
          items={[
            ["Event id", <code key="id">{event.id}</code>],
            ["Type", event.eventType],
            ["Told by", { proxy: "the proxy", sdk: "an SDK", otlp: "OpenTelemetry" }[event.source]],
            text("Agent", event.agentName),
            text("Agent version", event.agentVersionId),
            text("Provider", event.provider),
            text("Model asked for", event.requestedModel),
            text("Model that answered", event.model),
            text("Tool", event.tool),
            text("Tool call id", event.toolCallId),
            text("Response id", event.responseId),
            text("Finish reason", event.finishReason),
            text("Trace chosen by", event.continuity),
            text("Span", event.spanId),
            text("Parent span", event.parentSpanId),
            text("Step", event.stepId),
            text("Parent step", event.parentStepId),
          ]}
        />
      </div>
      <div className={styles.section}>
        <h3>
          Metadata{" "}
          <CopyButton
            text={JSON.stringify(event.metadata, null, 2)}
            label="Copy metadata"
            compact
          />
        </h3>
        {Object.keys(event.metadata).length > 0 ? (
          <JsonTree value={event.metadata} label="Metadata" />
        ) : (
          <p className={styles.note}>None beyond the fields above.</p>
        )}
      </div>
    </div>
  );
}
