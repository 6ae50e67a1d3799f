import { Link } from "@tanstack/react-router";
import type { Schemas } from "#/api/client";
import { count, plural, shortCount } from "#/format/format";
import { useProject } from "#/shell/session";
import { visibleText } from "#/text/invisible";
import { SafeText } from "#/text/SafeText";
import { FindingCount, Pill, StatusTag } from "#/ui/Tags";
import { Span, Time, Usd } from "#/ui/Values";
import styles from "./TraceHead.module.css";

/** The figures of a trace on one line, as the server counted them. */
export function TraceHead({ trace }: { trace: Schemas["Trace"] }) {
  const { tokens } = trace;
  const tokenText = `${count(tokens.input)} input, ${count(tokens.cacheRead)} cache read, ${count(tokens.cacheWrite)} cache write, ${count(tokens.output)} output of which ${count(tokens.reasoning)} reasoning`;
  return (
    <div className={styles.head}>
      <StatusTag status={trace.status} />
      <Span ms={trace.durationMs} />
      <span>{plural(trace.llmCalls, "model call")}</span>
      <span>{plural(trace.toolCalls, "tool call")}</span>
      {trace.errorCount > 0 && (
        <span className={styles.error}>{plural(trace.errorCount, "error")}</span>
      )}
      <span title={tokenText}>{shortCount(tokens.total)} tokens</span>
      <Usd cost={trace.cost} />
      {Object.values(trace.findings).some((n) => n > 0) && <FindingCount counts={trace.findings} />}
      <span className={styles.muted}>
        <Time at={trace.startedAt} />
      </span>
    </div>
  );
}

const MODELS_SHOWN = 4;

/** Who and what a trace belongs to, each a way to its own page. */
export function TraceTags({ trace }: { trace: Schemas["Trace"] }) {
  const { projectId } = useProject();
  const params = { project: projectId };
  return (
    <div className={styles.tags}>
      <Link
        to="/p/$project/traces"
        params={params}
        search={{ q: `agent:"${trace.agentName.replace(/["\\]/g, "\\$&")}"` }}
      >
        <SafeText text={trace.agentName} />
      </Link>
      <Pill>{trace.environment.toLowerCase()}</Pill>
      {trace.models.slice(0, MODELS_SHOWN).map((model) => (
        <Pill key={model}>
          <SafeText text={model} />
        </Pill>
      ))}
      {trace.models.length > MODELS_SHOWN && (
        <Pill title={visibleText(trace.models.slice(0, 50).join(", "))}>
          {MODELS_SHOWN} of {count(trace.models.length)} models
        </Pill>
      )}
      {trace.externalUserId && (
        <Link to="/p/$project/user" params={params} search={{ id: trace.externalUserId }}>
          user <SafeText text={trace.externalUserId} />
        </Link>
      )}
      {trace.threadId !== trace.traceId && (
        <Link to="/p/$project/thread" params={params} search={{ id: trace.threadId }}>
          thread <SafeText text={trace.threadId} />
        </Link>
      )}
    </div>
  );
}
