import { Fragment, useMemo, useState } from "react";
import { count } from "#/format/format";
import { CopyButton } from "#/ui/Copy";
import { cx } from "#/ui/cx";
import { segments } from "./invisible";
import styles from "./Text.module.css";

/** Recorded text on one line or inline: text nodes only, hidden characters as codes. */
export function SafeText({ text }: { text: string }) {
  return <bdi className={styles.safe}>{pieces(text)}</bdi>;
}

const FIRST_CHARACTERS = 3000;
const STEP_CHARACTERS = 20_000;

interface LongProps {
  text: string;
  mono?: boolean;
  first?: number;
}

/** Recorded text of any length: a first part, more in steps, both numbers shown. */
export function LongText({ text, mono, first = FIRST_CHARACTERS }: LongProps) {
  const [shown, setShown] = useState(first);
  const end = wholeCharacters(text, Math.min(shown, text.length));
  const content = useMemo(() => pieces(text.slice(0, end)), [text, end]);
  return (
    <div>
      <div className={cx(styles.long, mono && styles.mono)}>{content}</div>
      {text.length > first && (
        <div className={styles.more}>
          <span>
            {count(end)} of {count(text.length)} characters
          </span>
          {end < text.length && (
            <button
              type="button"
              className={styles.link}
              onClick={() => setShown(shown + STEP_CHARACTERS)}
            >
              Show more
            </button>
          )}
          {end > first && (
            <button type="button" className={styles.link} onClick={() => setShown(first)}>
              Show less
            </button>
          )}
          <CopyButton text={text} label="Copy raw" compact />
        </div>
      )}
    </div>
  );
}

/** Marks where a search text occurs; everything else as {@link SafeText}. */
export function MarkedText({ text, find }: { text: string; find: string }) {
  if (find === "") return <SafeText text={text} />;
  const parts: { text: string; hit: boolean; at: number }[] = [];
  const lower = text.toLowerCase();
  const needle = find.toLowerCase();
  let from = 0;
  for (
    let at = lower.indexOf(needle);
    at >= 0 && parts.length < 200;
    at = lower.indexOf(needle, from)
  ) {
    parts.push(
      { text: text.slice(from, at), hit: false, at: from },
      { text: text.slice(at, at + needle.length), hit: true, at },
    );
    from = at + needle.length;
  }
  parts.push({ text: text.slice(from), hit: false, at: from });
  return (
    <bdi className={styles.safe}>
      {parts.map((p) =>
        p.hit ? (
          <mark key={`m${p.at}`}>{pieces(p.text)}</mark>
        ) : (
          <Fragment key={p.at}>{pieces(p.text)}</Fragment>
        ),
      )}
    </bdi>
  );
}

function pieces(text: string) {
  const all = segments(text);
  if (all.length === 1 && all[0]?.kind === "text") return all[0].text;
  return all.map((s, index) =>
    s.kind === "text" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
      <Fragment key={index}>{s.text}</Fragment>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text never move
      <span key={index} className={styles.code} title={s.name}>
        {s.code}
      </span>
    ),
  );
}

/** Does not cut a surrogate pair in half. */
function wholeCharacters(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
