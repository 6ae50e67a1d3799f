import type { Schemas } from "#/api/client";
import { count } from "#/format/format";
import { SafeText } from "#/text/SafeText";
import { Facts } from "#/ui/Page";
import { Span, Time } from "#/ui/Values";
import { EventRef, Rate, Section } from "./parts";
import styles from "./Why.module.css";

type Card = Schemas["WhyCard"];

/** How a tool call went, and where its result went. */
export function CallFacts({ call }: { call: NonNullable<Card["call"]> }) {
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

/** Where an error came from, and what went before it. */
export function ErrorFacts({ error }: { error: NonNullable<Card["error"]> }) {
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
