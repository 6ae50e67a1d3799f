import { ImageOff } from "lucide-react";
import { useState } from "react";
import { plural } from "#/format/format";
import { JsonTree } from "#/text/JsonTree";
import { LongText, SafeText } from "#/text/SafeText";
import { CallView, ResultView } from "./Calls";
import type { Part } from "./content";
import { Fold } from "./Fold";
import styles from "./Record.module.css";

/** The parts of a message, in order. */
export function Parts({ parts, short, first }: { parts: Part[] } & Shown) {
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
