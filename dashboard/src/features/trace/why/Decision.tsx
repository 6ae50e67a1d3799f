import type { Schemas } from "#/api/client";
import { count } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { Notice } from "#/ui/Notice";
import { Facts } from "#/ui/Page";
import { Chips, Section } from "./parts";
import { DECISION } from "./text";
import styles from "./Why.module.css";

type Card = Schemas["WhyCard"];

/** What the card could not know. */
export function Coverage({ coverage }: { coverage: Card["coverage"] }) {
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

/** What was decided, out of what. */
export function Decision({ decision }: { decision: NonNullable<Card["decision"]> }) {
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

export function Options({ options }: { options: NonNullable<Card["options"]> }) {
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

export function Sampling({ sampling }: { sampling: NonNullable<Card["sampling"]> }) {
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
