import { CircleAlert, CornerDownLeft, ListFilter, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useKeys } from "#/keys/keys";
import { type Completion, complete } from "#/query/complete";
import type { FieldSpec } from "#/query/fields";
import { parseQuery, type QueryError } from "#/query/grammar";
import { Button, IconButton } from "#/ui/Button";
import { cx } from "#/ui/cx";
import styles from "./QueryBar.module.css";

interface Props {
  query: string;
  onQuery: (query: string) => void;
  /** Known values of a field, most frequent first. */
  valuesOf: (field: FieldSpec) => readonly string[];
}

const NOTHING: Completion = { start: 0, end: 0, options: [] };

/** A query is run when it is entered; one with a mistake never is. */
export function QueryBar({ query, onQuery, valuesOf }: Props) {
  const [text, setText] = useState(query);
  const [focused, setFocused] = useState(false);
  const [closed, setClosed] = useState(false);
  const [cursor, setCursor] = useState(query.length);
  const [active, setActive] = useState(-1);
  const [scroll, setScroll] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(query), [query]);
  useKeys({ query: () => input.current?.focus() });
  const errors = useMemo(() => parseQuery(text).errors, [text]);
  // While a word is being typed it is not yet a mistake.
  const shownErrors = focused && text !== query ? errors.filter((e) => e.end < cursor) : errors;
  const completion = focused && !closed ? complete(text, cursor, valuesOf) : NOTHING;
  const options = completion.options;

  const run = (next: string) => {
    setClosed(true);
    if (parseQuery(next).errors.length === 0) onQuery(next.trim());
    else setCursor(next.length + 1);
  };
  const choose = (index: number) => {
    const option = options[index];
    if (!option) return;
    const next = text.slice(0, completion.start) + option.insert + text.slice(completion.end);
    const place = completion.start + option.insert.length;
    setText(next);
    setCursor(place);
    setActive(-1);
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      if (options.length > 0) setClosed(true);
      else input.current?.blur();
    } else if (event.key === "Enter") {
      if (active >= 0) choose(active);
      else run(text);
    } else if (event.key === "Tab" && active >= 0) choose(active);
    else if (event.key === "ArrowDown" && options.length > 0)
      setActive((active + 1) % options.length);
    else if (event.key === "ArrowUp" && options.length > 0)
      setActive((active <= 0 ? options.length : active) - 1);
    else return;
    event.preventDefault();
  };
  const place = () => setCursor(input.current?.selectionStart ?? text.length);

  return (
    <div className={styles.bar}>
      <div className={cx(styles.box, shownErrors.length > 0 && styles.wrong)}>
        <ListFilter size={15} aria-hidden />
        <div className={styles.line}>
          <Mirror text={text} errors={shownErrors} scroll={scroll} />
          <input
            ref={input}
            className={styles.input}
            role="combobox"
            aria-label="Query"
            aria-expanded={options.length > 0}
            aria-controls="query-options"
            aria-activedescendant={active >= 0 ? `query-option-${active}` : undefined}
            aria-invalid={shownErrors.length > 0 || undefined}
            aria-describedby={shownErrors.length > 0 ? "query-problem" : undefined}
            placeholder="status:error latency:>2s tool:search or any words"
            value={text}
            maxLength={2000}
            spellCheck={false}
            autoComplete="off"
            onChange={(e) => {
              setText(e.target.value);
              setCursor(e.target.selectionStart ?? e.target.value.length);
              setActive(-1);
              setClosed(false);
            }}
            onSelect={place}
            onScroll={(e) => setScroll(e.currentTarget.scrollLeft)}
            onFocus={() => {
              setFocused(true);
              setClosed(false);
            }}
            onBlur={() => setFocused(false)}
            onKeyDown={onKeyDown}
          />
        </div>
        {text !== query && (
          <Button
            size="small"
            variant="ghost"
            icon={<CornerDownLeft size={13} aria-hidden />}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => run(text)}
          >
            Run
          </Button>
        )}
        {text !== "" && (
          <IconButton label="Clear query" size="small" onClick={() => run("")}>
            <X size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      {options.length > 0 && <Options options={options} active={active} onChoose={choose} />}
      {shownErrors[0] && <Mistake error={shownErrors[0]} text={text} onFix={run} />}
    </div>
  );
}

/** The same text behind the input, to carry the underlines. */
function Mirror({ text, errors, scroll }: { text: string; errors: QueryError[]; scroll: number }) {
  const first = errors[0];
  if (!first) return null;
  return (
    <div className={styles.mirror} style={{ transform: `translateX(${-scroll}px)` }} aria-hidden>
      {text.slice(0, first.start)}
      <span className={styles.bad}>{text.slice(first.start, first.end) || " "}</span>
      {text.slice(first.end)}
    </div>
  );
}

function Options({
  options,
  active,
  onChoose,
}: {
  options: Completion["options"];
  active: number;
  onChoose: (index: number) => void;
}) {
  return (
    <div
      id="query-options"
      role="listbox"
      aria-label="Completions"
      className={styles.pop}
      tabIndex={-1}
    >
      {options.map((option, index) => (
        <div
          key={option.label}
          id={`query-option-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className={styles.option}
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(index);
          }}
        >
          <span>{option.label}</span>
          <span className={styles.hint}>{option.hint}</span>
        </div>
      ))}
    </div>
  );
}

function Mistake({
  error,
  text,
  onFix,
}: {
  error: QueryError;
  text: string;
  onFix: (next: string) => void;
}) {
  const { suggestion } = error;
  return (
    <div className={styles.problem} id="query-problem" role="alert">
      <CircleAlert size={13} aria-hidden />
      <span>{error.message} The list below is that of the query before.</span>
      {suggestion && (
        <Button
          size="small"
          onClick={() => onFix(text.slice(0, error.start) + suggestion + text.slice(error.end))}
        >
          Use {suggestion}
        </Button>
      )}
    </div>
  );
}
