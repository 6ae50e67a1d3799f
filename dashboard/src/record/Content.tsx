import { ChevronDown, ChevronRight, CornerDownRight, ImageOff, Wrench } from "lucide-react";
import { type ReactNode, useState } from "react";
import { plural } from "#/format/format";
import { JsonTree } from "#/text/JsonTree";
import { LongText, SafeText } from "#/text/SafeText";
import { cx } from "#/ui/cx";
import { type Content, contentOf, type Event, type Message, type Part } from "./content";
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

function Parts({ parts, short, first }: { parts: Part[] } & Shown) {
  return (
    <div className={styles.parts}>
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a message never move
        <PartView key={index} part={part} short={short} first={first} />
      ))}
    </div>
  );
}

interface Shown {
  short?: boolean | undefined;
  /** Characters of a text that are shown at first. */
  first?: number | undefined;
}

export function PartView({ part, short, first }: { part: Part } & Shown) {
  switch (part.kind) {
    case "text":
      return <LongText text={part.text} first={first ?? (short ? 600 : undefined)} />;
    case "refusal":
      return (
        <div className={styles.refusal}>
          Refused: <LongText text={part.text} />
        </div>
      );
    case "thinking":
      return <Thinking text={part.text} redacted={part.redacted} />;
    case "toolCall":
      return <CallView name={part.call.name} args={part.call.args} />;
    case "toolResult":
      return <ResultView output={part.output} isError={part.isError} />;
    case "media":
      return (
        <div className={styles.media}>
          <ImageOff size={14} aria-hidden />
          <span>
            <SafeText text={part.type} /> <SafeText text={part.note} />
          </span>
        </div>
      );
    case "json":
      return <JsonTree value={part.value} label="Part" />;
  }
}

/** Folded at first: what a model states about itself is no proof of anything. */
export function Thinking({ text, redacted }: { text: string; redacted: boolean }) {
  const [open, setOpen] = useState(false);
  if (redacted && text === "")
    return <span className={styles.none}>Reasoning, hidden by the provider</span>;
  return (
    <div className={styles.parts}>
      <Fold open={open} onToggle={() => setOpen(!open)}>
        Reasoning, as stated by the model · {plural(text.length, "character")}
      </Fold>
      {open && (
        <div className={styles.thinking}>
          <LongText text={text} />
        </div>
      )}
    </div>
  );
}

export function CallView({ name, args, head }: { name: string; args: unknown; head?: ReactNode }) {
  return (
    <div className={styles.call}>
      <div className={styles.callHead}>
        <Wrench size={14} aria-hidden />
        <code>
          <SafeText text={name} />
        </code>
        {head}
      </div>
      <div className={styles.callBody}>
        <Value value={args} label={`Arguments of ${name}`} />
      </div>
    </div>
  );
}

export function ResultView({
  output,
  isError,
  head,
}: {
  output: unknown;
  isError: boolean;
  head?: ReactNode;
}) {
  return (
    <div className={styles.call}>
      <div className={cx(styles.callHead, isError ? styles.failed : styles.resultHead)}>
        <CornerDownRight size={14} aria-hidden />
        {isError ? "failed" : "result"}
        {head}
      </div>
      <div className={styles.callBody}>
        <Value value={output} label="Result" />
      </div>
    </div>
  );
}

export function Value({ value, label }: { value: unknown; label: string }) {
  if (typeof value === "string") return <LongText text={value} mono first={1200} />;
  if (value === null || value === undefined) return <span className={styles.none}>nothing</span>;
  return <JsonTree value={value} label={label} openDepth={2} />;
}

function Fold({
  open,
  onToggle,
  children,
}: {
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <button type="button" className={styles.fold} aria-expanded={open} onClick={onToggle}>
      {open ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
      <span>{children}</span>
    </button>
  );
}
