import { diffLines, diffWordsWithSpace } from "diff";
import { useMemo } from "react";
import { SafeText } from "#/text/SafeText";
import styles from "./Why.module.css";

/** Beyond this, words are too many to compare while somebody waits; lines are few. */
const WORDS_MAX = 20_000;
const EFFORT = { maxEditLength: 2000, timeout: 150 };

/** What was edited in a message, word by word; null when the two have too little in common. */
export function MessageDiff({ before, after }: { before: string; after: string }) {
  const changes = useMemo(
    () =>
      before.length + after.length > WORDS_MAX
        ? diffLines(before, after, EFFORT)
        : diffWordsWithSpace(before, after, EFFORT),
    [before, after],
  );
  if (!changes) {
    return (
      <div className={styles.message}>
        <del>
          <SafeText text={before} />
        </del>{" "}
        <ins>
          <SafeText text={after} />
        </ins>
      </div>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className={styles.message} aria-label="What was edited" tabIndex={0}>
      {changes.map((change, index) => {
        const Tag = change.added ? "ins" : change.removed ? "del" : "span";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a diff never move
          <Tag key={index}>
            <SafeText text={change.added || change.removed ? change.value : brief(change.value)} />
          </Tag>
        );
      })}
    </section>
  );
}

const AROUND = 160;

/** Long stretches that stayed are shown by their ends. */
function brief(text: string): string {
  return text.length > 3 * AROUND
    ? `${text.slice(0, AROUND)} … ${text.slice(text.length - AROUND)}`
    : text;
}
