import { useState } from "react";
import { plural } from "#/format/format";
import { JsonTree } from "#/text/JsonTree";
import { LongText, SafeText } from "#/text/SafeText";
import { type Content, contentOf, type Event, type Message } from "./content";
import { Fold } from "./Fold";
import { Parts } from "./Parts";
import styles from "./Record.module.css";

/** What an event says, for reading. */
export function EventContent({
  event,
  short,
  withoutCalls,
}: {
  event: Event;
  short?: boolean;
  withoutCalls?: boolean;
}) {
  return (
    <ContentView
      content={contentOf(event)}
      speaker={SPEAKER[event.eventType]}
      short={short}
      withoutCalls={withoutCalls}
    />
  );
}

/** Whom the kind of an event names already, so that its first message need not say it again. */
const SPEAKER: Partial<Record<Event["eventType"], string>> = {
  user_message: "user",
  system_message: "system",
};

function ContentView({
  content,
  speaker,
  short,
  withoutCalls,
}: {
  content: Content;
  speaker: string | undefined;
  short: boolean | undefined;
  withoutCalls: boolean | undefined;
}) {
  switch (content.kind) {
    case "none":
      return <span className={styles.none}>No content</span>;
    case "notCaptured":
      return <span className={styles.none}>{content.note}</span>;
    case "json":
      return <JsonTree value={content.value} label="Content" />;
    case "error":
      return (
        <div className={styles.parts}>
          <div className={styles.error}>
            <LongText text={content.message} />
          </div>
          <div className={styles.errorFacts}>
            {[
              content.status && `HTTP ${content.status}`,
              content.code,
              content.source && `from ${content.source}`,
            ]
              .filter(Boolean)
              .join(" · ")}
          </div>
          {content.body !== null && (
            <JsonTree value={content.body} label="Error body" openDepth={3} />
          )}
        </div>
      );
    case "parts":
      return (
        <Parts
          parts={withoutCalls ? content.parts.filter((p) => p.kind !== "toolCall") : content.parts}
          short={short}
        />
      );
    case "messages":
      return (
        <Messages
          messages={content.messages}
          newFrom={content.newFrom}
          speaker={speaker}
          short={short}
        />
      );
  }
}

/** Instructions are long and the same in every call, so that only their start is shown at first. */
const INSTRUCTIONS = new Set(["system", "developer"]);
const INSTRUCTIONS_FIRST = 320;

/** New messages of a call; those that the previous call held already are folded. */
function Messages({
  messages,
  newFrom,
  speaker,
  short,
}: {
  messages: Message[];
  newFrom: number;
  speaker: string | undefined;
  short: boolean | undefined;
}) {
  const [open, setOpen] = useState(false);
  const shown = open ? messages : messages.slice(newFrom);
  const named = (message: Message, index: number) =>
    index === 0 && !open && message.role === speaker;
  return (
    <div>
      {newFrom > 0 && (
        <Fold open={open} onToggle={() => setOpen(!open)}>
          {plural(newFrom, "message")} as before
        </Fold>
      )}
      {shown.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages of a call never move
        <div key={index} className={styles.message}>
          {!named(message, index) && (
            <div className={styles.role}>
              <SafeText text={message.role} />
            </div>
          )}
          <Parts
            parts={message.parts}
            short={short}
            first={INSTRUCTIONS.has(message.role) ? INSTRUCTIONS_FIRST : undefined}
          />
        </div>
      ))}
      {messages.length === 0 && <span className={styles.none}>No messages</span>}
    </div>
  );
}
