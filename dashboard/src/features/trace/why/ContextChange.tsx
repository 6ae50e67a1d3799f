import type { Schemas } from "#/api/client";
import { count, exactUsd, plural, usd } from "#/format/format";
import { LongText, SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Facts } from "#/ui/Page";
import { MessageDiff } from "./MessageDiff";
import { EventRef, Section } from "./parts";
import { useContextDiff } from "./useWhy";
import styles from "./Why.module.css";

type Diff = Schemas["ContextDiff"];

/** What the model was given here against what the call before was given. */
export function ContextPanel({ traceId, eventId }: { traceId: string; eventId: string }) {
  const diff = useContextDiff(traceId, eventId);
  return (
    <div className={styles.body}>
      {diff.error && <ErrorState error={diff.error} onRetry={() => void diff.refetch()} />}
      {diff.isPending && <Skeleton />}
      {diff.data && <ContextChange diff={diff.data} />}
    </div>
  );
}

export function ContextChange({ diff, brief }: { diff: Diff; brief?: boolean }) {
  const { tokens, cache } = diff;
  return (
    <>
      <div className={styles.section}>
        <Facts
          items={[
            [
              "Against",
              diff.previousEventId ? (
                <EventRef key="p" eventId={diff.previousEventId} />
              ) : (
                "nothing: the first call"
              ),
            ],
            [
              "Messages",
              `${count(diff.kept)} kept, ${count(diff.added.length)} added, ${count(diff.removed.length)} removed, ${count(diff.edited.length)} edited`,
            ],
            [
              "Tokens",
              `${count(tokens.before)} before, ${count(tokens.after)} now${tokens.window === null ? "" : `, window ${count(tokens.window)}`}`,
            ],
            diff.compacted && ["Compacted", "several messages became one"],
          ]}
        />
      </div>
      {cache && <Cache cache={cache} />}
      {!brief && <Changes diff={diff} />}
      {brief && diff.removed.length > 0 && <Changes diff={{ ...diff, added: [], edited: [] }} />}
    </>
  );
}

function Changes({ diff }: { diff: Diff }) {
  return (
    <>
      {diff.removed.length > 0 && (
        <Section title="Removed">
          {diff.removed.map((m) => (
            <Change key={m.index} message={m} kind="removed" />
          ))}
        </Section>
      )}
      {diff.edited.length > 0 && (
        <Section title="Edited">
          {diff.edited.map(({ before, after }) => (
            <div key={before.index} className={styles.change}>
              <div className={styles.changeHead}>
                <span>
                  <SafeText text={after.role} />, message {after.index + 1}
                </span>
                {after.tokens !== null && <span>{plural(after.tokens, "token")}</span>}
              </div>
              <MessageDiff before={before.text} after={after.text} />
            </div>
          ))}
        </Section>
      )}
      {diff.added.length > 0 && (
        <Section title="Added">
          {diff.added.map((m) => (
            <Change key={m.index} message={m} kind="added" />
          ))}
        </Section>
      )}
    </>
  );
}

function Change({
  message,
  kind,
}: {
  message: Schemas["MessageChange"];
  kind: "added" | "removed";
}) {
  return (
    <div className={cx(styles.change, styles[kind])}>
      <div className={styles.changeHead}>
        <span>
          {kind === "added" ? "+" : "−"} <SafeText text={message.role} />, message{" "}
          {message.index + 1}
        </span>
        {message.tokens !== null && <span>{plural(message.tokens, "token")}</span>}
      </div>
      <LongText text={message.text} first={600} />
    </div>
  );
}

const REASON: Record<NonNullable<Schemas["CacheBreak"]["reason"]>, string> = {
  prefix_changed: "the start of the request changed",
  ttl_elapsed: "the cache's time had run out",
  model_changed: "the model changed",
  too_short: "the request is too short to be cached",
  no_breakpoint: "no cache breakpoint was set",
  provider: "the same bytes, but the provider had no hit",
};

function Cache({ cache }: { cache: Schemas["CacheBreak"] }) {
  if (cache.reason === null && cache.break === null) return null;
  return (
    <Section title="Prompt cache">
      <Facts
        items={[
          cache.reason !== null && ["Why it missed", REASON[cache.reason]],
          cache.expectedRead !== null && [
            "Could have been read",
            `${count(cache.expectedRead)} tokens`,
          ],
          cache.read !== null && ["Was read", `${count(cache.read)} tokens`],
          cache.missCost !== null && [
            "Cost of the miss",
            <span key="c" title={exactUsd(cache.missCost.usd)}>
              {usd(cache.missCost.usd)}
              {cache.estimate && " (estimate)"}
            </span>,
          ],
          cache.break !== null && [
            "First difference",
            <span key="b">
              <SafeText text={cache.break.part} />, byte {count(cache.break.byte)}
            </span>,
          ],
        ]}
      />
      {cache.break && (
        <>
          <p className={styles.muted}>before</p>
          <div className={styles.bytes}>
            <SafeText text={cache.break.before} />
          </div>
          <p className={styles.muted}>now</p>
          <div className={styles.bytes}>
            <SafeText text={cache.break.after} />
          </div>
        </>
      )}
    </Section>
  );
}
