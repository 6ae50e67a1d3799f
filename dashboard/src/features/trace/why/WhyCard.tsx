import { CircleAlert, CircleCheck, CircleHelp, CircleMinus } from "lucide-react";
import type { Schemas } from "#/api/client";
import { count } from "#/format/format";
import { Thinking } from "#/record/Content";
import { SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Facts } from "#/ui/Page";
import { Span, Time } from "#/ui/Values";
import { ContextChange } from "./ContextChange";
import { Chips, EventRef, Rate, Section } from "./parts";
import { useWhy } from "./useWhy";
import styles from "./Why.module.css";

type Card = Schemas["WhyCard"];

/** Evidence about one decision. Nothing here is called a cause: that needs a replay. */
export function WhyCard({ traceId, eventId }: { traceId: string; eventId: string }) {
  const why = useWhy(traceId, eventId);
  return (
    <div className={styles.body}>
      {why.error && <ErrorState error={why.error} onRetry={() => void why.refetch()} />}
      {why.isPending && <Skeleton />}
      {why.data && <WhyBody card={why.data} />}
    </div>
  );
}

export function WhyBody({ card }: { card: Card }) {
  return (
    <>
      <Coverage coverage={card.coverage} />
      {card.decision && <Decision decision={card.decision} />}
      {card.options && <Options options={card.options} />}
      {card.call && <ToolCallFacts call={card.call} />}
      {card.error && <ErrorFacts error={card.error} />}
      {card.provenance && card.provenance.length > 0 && (
        <Section title="Where the arguments come from">
          <Provenance leaves={card.provenance} />
        </Section>
      )}
      {card.context && (
        <Section title="What changed in the context">
          <ContextChange diff={card.context} brief />
        </Section>
      )}
      {card.reasoning && (
        <Section title="Stated reasoning">
          <Thinking text={card.reasoning.text} redacted={false} />
          <p className={styles.muted}>
            What the model says about itself. It is no evidence of why it decided so.
          </p>
        </Section>
      )}
      {card.baseRate && (
        <Section title="How usual this is">
          <Rate rate={card.baseRate} what="Chosen" />
        </Section>
      )}
      {card.sampling && <Sampling sampling={card.sampling} />}
      {card.lines.length > 0 && <Lines lines={card.lines} />}
    </>
  );
}

function Coverage({ coverage }: { coverage: Card["coverage"] }) {
  if (!coverage.partial && coverage.missing.length === 0) return null;
  return (
    <div className={styles.section}>
      <Notice tone="warning" title="Not everything was recorded">
        Captured: {coverage.capture}.{" "}
        {coverage.missing.length > 0 && <>Missing: {coverage.missing.join(", ")}.</>} What could not
        be judged says “unknown”.
      </Notice>
    </div>
  );
}

const DECISION = {
  tool_calls: "Called tools",
  answer: "Answered",
  refusal: "Refused",
  stopped: "Was stopped",
} as const;

function Decision({ decision }: { decision: NonNullable<Card["decision"]> }) {
  const invalid = decision.calls.filter((c) => c.valid === false);
  return (
    <Section title={DECISION[decision.kind]}>
      {decision.calls.length > 0 && (
        <Chips names={decision.calls.map((c) => c.tool)} kind="chosen" />
      )}
      <div className={styles.muted}>
        {decision.finishReason && (
          <>
            finish reason{" "}
            <code>
              <SafeText text={decision.finishReason} />
            </code>
          </>
        )}
        {decision.truncated && " · cut off at the limit"}
        {invalid.length > 0 && ` · ${count(invalid.length)} with arguments against the schema`}
      </div>
    </Section>
  );
}

function Options({ options }: { options: NonNullable<Card["options"]> }) {
  const rest = options.offered.filter(
    (o) => !options.chosen.includes(o) && !options.neverUsedInVersion.includes(o),
  );
  return (
    <Section title={`Tools offered: ${options.offered.length}`}>
      {options.offered.length === 0 ? (
        <p className={styles.muted}>None: it could only answer.</p>
      ) : null}
      {options.chosen.length > 0 && <Chips names={options.chosen} kind="chosen" />}
      {rest.length > 0 && (
        <>
          <p className={styles.muted}>Not chosen here</p>
          <Chips names={rest} />
        </>
      )}
      {options.neverUsedInVersion.length > 0 && (
        <>
          <p className={styles.muted}>Never used in this version</p>
          <Chips names={options.neverUsedInVersion} kind="unused" />
        </>
      )}
      {options.unknown.length > 0 && (
        <Notice tone="warning">Called although not offered: {options.unknown.join(", ")}</Notice>
      )}
      {options.forced && (
        <p className={styles.muted}>
          The choice was forced{options.toolChoice ? ` (tool_choice ${options.toolChoice})` : ""}.
        </p>
      )}
    </Section>
  );
}

const RESULT = {
  exact: { word: "exact", icon: CircleCheck },
  normalised: { word: "normalised", icon: CircleCheck },
  derived: { word: "derived", icon: CircleHelp },
  unsourced: { word: "unsourced", icon: CircleAlert },
  unknown: { word: "unknown", icon: CircleHelp },
  skipped: { word: "not judged", icon: CircleMinus },
} as const;

function Provenance({ leaves }: { leaves: Schemas["Provenance"][] }) {
  return (
    <div>
      {leaves.map((leaf) => {
        const { word, icon: Icon } = RESULT[leaf.result];
        const origin = leaf.origin ?? leaf.nearest;
        return (
          <div key={`${leaf.callId} ${leaf.path}`} className={styles.leaf}>
            <span className={styles.value}>
              <SafeText text={leaf.path} /> = <SafeText text={short(leaf.value)} />
            </span>
            <span className={cx(styles.result, styles[leaf.result])}>
              <Icon size={14} aria-hidden /> {word}
            </span>
            <span className={styles.muted}>
              {origin ? (
                <>
                  {leaf.origin ? "from" : "nearest:"} {origin.role}{" "}
                  <EventRef eventId={origin.eventId} path={origin.path} />
                </>
              ) : leaf.result === "unsourced" ? (
                "nothing that the model was given holds it"
              ) : (
                <SafeText text={leaf.rule} />
              )}
            </span>
            <span className={styles.muted} title={`Rule ${leaf.rule}, ${leaf.matches} matches`}>
              {leaf.result !== "skipped" && `confidence ${leaf.confidence}`}
            </span>
          </div>
        );
      })}
    </div>
  );
}

function ToolCallFacts({ call }: { call: NonNullable<Card["call"]> }) {
  return (
    <>
      <Section title="The call">
        <Facts
          items={[
            call.tool !== null && ["Tool", <SafeText key="t" text={call.tool} />],
            call.issuedBy !== null && [
              "Asked for by",
              <EventRef key="i" eventId={call.issuedBy} />,
            ],
            [
              "Took",
              <span key="s">
                <Span ms={call.timeMs} />
                {call.timeBasis === "between_calls" && " at most (between the model calls)"}
              </span>,
            ],
            call.schema && [
              "Against its schema",
              call.schema.valid === null
                ? "not checked"
                : call.schema.valid
                  ? "valid"
                  : call.schema.errors.join("; "),
            ],
            call.equalCallsBefore.length > 0 && [
              "Equal calls before",
              <span key="e">
                {call.equalCallsBefore.map((id) => (
                  <EventRef key={id} eventId={id} />
                ))}
              </span>,
            ],
          ]}
        />
      </Section>
      {call.usedBy.length > 0 && (
        <Section title="Where its result went">
          <div className={styles.lines}>
            {call.usedBy.map((use) => (
              <div key={`${use.eventId} ${use.path} ${use.resultPath}`}>
                <code>
                  <SafeText text={use.resultPath} />
                </code>{" "}
                → <EventRef eventId={use.eventId} path={use.path} />
              </div>
            ))}
          </div>
        </Section>
      )}
      {call.errorRate && (
        <Section title="How often it fails">
          <Rate rate={call.errorRate} what="Failed" />
        </Section>
      )}
    </>
  );
}

function ErrorFacts({ error }: { error: NonNullable<Card["error"]> }) {
  return (
    <Section title="The error">
      <Facts
        items={[
          ["Source", <SafeText key="s" text={error.source} />],
          ["First of its chain", <EventRef key="f" eventId={error.firstEventId} />],
          error.decisionEventId !== null && [
            "Decision before it",
            <EventRef key="d" eventId={error.decisionEventId} />,
          ],
          ["Recovered", error.recovered === null ? "not known" : error.recovered ? "yes" : "no"],
          error.retryChanged.length > 0 && ["The retry changed", error.retryChanged.join(", ")],
          ["Seen", `${count(error.count)} times`],
          error.firstSeenAt !== null && ["First seen", <Time key="t" at={error.firstSeenAt} />],
          [
            "Fingerprint",
            <code key="p">
              <SafeText text={error.fingerprint} />
            </code>,
          ],
          error.precedingChanges.length > 0 && [
            "Changes before it",
            error.precedingChanges.join("; "),
          ],
        ]}
      />
    </Section>
  );
}

function Sampling({ sampling }: { sampling: NonNullable<Card["sampling"]> }) {
  const renamed = sampling.requestedModel !== sampling.answeredModel;
  return (
    <Section title="Sampling">
      <Facts
        items={[
          [
            "Temperature",
            sampling.temperature === null ? "not given" : String(sampling.temperature),
          ],
          sampling.requestedModel !== null && [
            "Model asked for",
            <SafeText key="r" text={sampling.requestedModel} />,
          ],
          renamed &&
            sampling.answeredModel !== null && [
              "Model that answered",
              <SafeText key="a" text={sampling.answeredModel} />,
            ],
          sampling.changed.length > 0 && [
            "Changed since the call before",
            sampling.changed.join(", "),
          ],
        ]}
      />
    </Section>
  );
}

const BASIS = {
  observed: "observed",
  derived: "derived",
  stated: "opinion",
  statistical: "statistics",
} as const;

function Lines({ lines }: { lines: Schemas["Line"][] }) {
  return (
    <Section title="Evidence">
      <div className={styles.lines}>
        {lines.map((line) => (
          <div key={line.id} className={styles.line}>
            <span className={styles.basis}>{BASIS[line.basis]}</span>
            <span>
              <SafeText text={line.text} />{" "}
              <span className={styles.refs}>
                {line.refs.map((ref) => (
                  <EventRef
                    key={`${ref.eventId}${ref.path}`}
                    eventId={ref.eventId}
                    path={ref.path}
                  />
                ))}
              </span>
            </span>
          </div>
        ))}
      </div>
    </Section>
  );
}

function short(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? "");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
