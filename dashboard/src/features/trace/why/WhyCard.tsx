import type { Schemas } from "#/api/client";
import { Thinking } from "#/record/Parts";
import { SafeText } from "#/text/SafeText";
import { CopyButton } from "#/ui/Copy";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { CallFacts, ErrorFacts } from "./CallFacts";
import { ContextChange } from "./ContextChange";
import { Coverage, Decision, Options, Sampling } from "./Decision";
import { Provenance } from "./Provenance";
import { EventRef, Rate, Section } from "./parts";
import { BASIS } from "./text";
import { useWhy, useWhyText } from "./useWhy";
import styles from "./Why.module.css";

type Card = Schemas["WhyCard"];

/** Evidence about one decision. Nothing here is called a cause: that needs a replay. */
export function WhyCard({ traceId, eventId }: { traceId: string; eventId: string }) {
  const why = useWhy(traceId, eventId);
  const text = useWhyText(traceId, eventId).data;
  return (
    <div className={styles.body}>
      {why.error && <ErrorState error={why.error} onRetry={() => void why.refetch()} />}
      {why.isPending && <Skeleton />}
      {why.data && (
        <>
          {text && (
            <div className={styles.copy}>
              <CopyButton text={text} label="Copy as text" />
            </div>
          )}
          <WhyBody card={why.data} />
        </>
      )}
    </div>
  );
}

export function WhyBody({ card }: { card: Card }) {
  return (
    <>
      <Coverage coverage={card.coverage} />
      {card.decision && <Decision decision={card.decision} />}
      {card.options && <Options options={card.options} />}
      {card.call && <CallFacts call={card.call} />}
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
