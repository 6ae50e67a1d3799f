/**
 * The language of the query bar:
 *
 *   query = term*      term = ["-"] field ":" value | "phrase" | word
 *   value = x | (a OR b) | >n | <n | a..b | name*
 *
 * Parsing keeps the place of every part, so that a mistake can be underlined, and never guesses: a
 * query with a mistake is not sent.
 */
import { FIELDS, type FieldSpec, fieldNamed, nearestField } from "./fields";

export interface Span {
  start: number;
  end: number;
}

export type Match =
  | { op: "is"; values: string[] }
  | { op: "prefix"; value: string }
  | { op: "above"; min: number }
  | { op: "below"; max: number }
  | { op: "between"; min: number; max: number };

export type Term =
  | ({
      kind: "field";
      field: FieldSpec;
      negated: boolean;
      match: Match;
      fieldSpan: Span;
      valueSpan: Span;
    } & Span)
  | ({ kind: "text"; text: string; negated: boolean; phrase: boolean } & Span);

export interface QueryError extends Span {
  message: string;
  /** A replacement for the span that is probably meant. */
  suggestion?: string;
}

export interface ParsedQuery {
  terms: Term[];
  errors: QueryError[];
}

export const QUERY_LENGTH_MAX = 2000;

export function parseQuery(input: string): ParsedQuery {
  return new Parser(input).parse();
}

class Parser {
  private at = 0;
  private readonly terms: Term[] = [];
  private readonly errors: QueryError[] = [];

  constructor(private readonly input: string) {}

  parse(): ParsedQuery {
    if (this.input.length > QUERY_LENGTH_MAX) {
      this.error(
        QUERY_LENGTH_MAX,
        this.input.length,
        `A query has at most ${QUERY_LENGTH_MAX} characters.`,
      );
      return { terms: [], errors: this.errors };
    }
    for (this.space(); this.at < this.input.length; this.space()) this.term();
    return { terms: this.terms, errors: this.errors };
  }

  private term(): void {
    const start = this.at;
    const negated =
      this.input[this.at] === "-" &&
      this.at + 1 < this.input.length &&
      !/\s/.test(this.input[this.at + 1] ?? "");
    if (negated) this.at++;
    if (this.input[this.at] === '"') {
      const text = this.quoted();
      if (text !== undefined)
        this.terms.push({ kind: "text", text, negated, phrase: true, start, end: this.at });
      return;
    }
    const nameStart = this.at;
    while (this.at < this.input.length && /[^\s:"()]/.test(this.input[this.at] ?? "")) this.at++;
    const word = this.input.slice(nameStart, this.at);
    if (this.input[this.at] !== ":") {
      this.word(word, negated, start);
      return;
    }
    const fieldSpan = { start: nameStart, end: this.at };
    this.at++;
    this.fieldTerm(word, negated, start, fieldSpan);
  }

  private word(word: string, negated: boolean, start: number): void {
    if (word === "") {
      const character = this.input[this.at] ?? "";
      this.at++;
      this.error(start, this.at, `"${character}" stands alone. Put it in quotes to search for it.`);
      return;
    }
    if (word === "OR" || word === "AND") {
      this.error(
        start,
        this.at,
        `${word} works inside a value only, as in tool:(search OR fetch).`,
      );
      return;
    }
    this.terms.push({ kind: "text", text: word, negated, phrase: false, start, end: this.at });
  }

  private fieldTerm(name: string, negated: boolean, start: number, fieldSpan: Span): void {
    const valueStart = this.at;
    const values = this.values();
    const valueSpan = { start: valueStart, end: this.at };
    const field = fieldNamed(name);
    if (!field) {
      const suggestion = nearestField(name);
      const known = FIELDS.map((f) => f.name).join(", ");
      this.errors.push({
        ...fieldSpan,
        message: suggestion
          ? `There is no field "${name}". Did you mean ${suggestion}?`
          : `There is no field "${name}". Fields: ${known}.`,
        ...(suggestion ? { suggestion } : {}),
      });
      return;
    }
    if (values === undefined) return;
    if (values.length === 0 || values.some((v) => v.text === "")) {
      this.error(
        start,
        Math.max(this.at, valueStart),
        `${field.name}: needs a value${field.values ? `, one of ${field.values.join(", ")}` : ""}.`,
      );
      return;
    }
    const match =
      field.kind === "number"
        ? this.numeric(field, values, valueSpan)
        : this.textual(field, values);
    if (match)
      this.terms.push({
        kind: "field",
        field,
        negated,
        match,
        fieldSpan,
        valueSpan,
        start,
        end: this.at,
      });
  }

  private textual(field: FieldSpec, values: Value[]): Match | undefined {
    const only = values.length === 1 ? values[0] : undefined;
    if (only && !only.quoted && only.text.length > 1 && only.text.endsWith("*")) {
      if (field.values) {
        this.error(only.start, only.end, `${field.name} is one of ${field.values.join(", ")}.`);
        return undefined;
      }
      return { op: "prefix", value: only.text.slice(0, -1) };
    }
    for (const value of values) {
      if (field.values && !field.values.includes(value.text)) {
        this.error(
          value.start,
          value.end,
          `${field.name} is one of ${field.values.join(", ")}, not "${value.text}".`,
        );
        return undefined;
      }
    }
    return { op: "is", values: values.map((v) => v.text) };
  }

  private numeric(field: FieldSpec, values: Value[], span: Span): Match | undefined {
    const text = values[0]?.text ?? "";
    const example = field.example;
    const read = (part: string): number | undefined => field.read?.(part);
    if (values.length === 1) {
      const range = /^(.+)\.\.(.+)$/.exec(text);
      if (range) {
        const [min, max] = [read(range[1] ?? ""), read(range[2] ?? "")];
        if (min !== undefined && max !== undefined) {
          if (min <= max) return { op: "between", min, max };
          this.error(span.start, span.end, "The range starts above its end.");
          return undefined;
        }
      }
      const number = read(text.replace(/^[<>]=?/, ""));
      if (number !== undefined && text.startsWith(">")) return { op: "above", min: number };
      if (number !== undefined && text.startsWith("<")) return { op: "below", max: number };
      if (number !== undefined) return { op: "between", min: number, max: number };
    }
    this.error(span.start, span.end, `${field.name} takes ${field.unit}, as in ${example}.`);
    return undefined;
  }

  private values(): Value[] | undefined {
    if (this.input[this.at] !== "(") {
      const value = this.value(/[^\s"()]/);
      return value && [value];
    }
    const start = this.at++;
    const values: Value[] = [];
    for (this.space(); this.at < this.input.length && this.input[this.at] !== ")"; this.space()) {
      const value = this.value(/[^\s"()]/);
      if (!value) return undefined;
      if (value.start === value.end) {
        this.at++;
        this.error(value.start, this.at, "Brackets cannot be nested.");
        return undefined;
      }
      if (value.text !== "OR" || value.quoted) values.push(value);
    }
    if (this.input[this.at] !== ")") {
      this.error(start, this.input.length, "The bracket is not closed.");
      return undefined;
    }
    this.at++;
    return values;
  }

  private value(allowed: RegExp): Value | undefined {
    const start = this.at;
    if (this.input[this.at] === '"') {
      const text = this.quoted();
      return text === undefined ? undefined : { text, quoted: true, start, end: this.at };
    }
    while (this.at < this.input.length && allowed.test(this.input[this.at] ?? "")) this.at++;
    return { text: this.input.slice(start, this.at), quoted: false, start, end: this.at };
  }

  private quoted(): string | undefined {
    const start = this.at++;
    let text = "";
    while (this.at < this.input.length) {
      const character = this.input[this.at++] ?? "";
      if (character === '"') return text;
      text +=
        character === "\\" && this.at < this.input.length
          ? (this.input[this.at++] ?? "")
          : character;
    }
    this.error(start, this.input.length, "The quotation mark is not closed.");
    return undefined;
  }

  private space(): void {
    while (this.at < this.input.length && /\s/.test(this.input[this.at] ?? "")) this.at++;
  }

  private error(start: number, end: number, message: string): void {
    this.errors.push({ start, end: Math.max(end, start + 1), message });
  }
}

interface Value extends Span {
  text: string;
  quoted: boolean;
}

/** Quotes a value where the grammar would read it otherwise. */
export function quoteValue(value: string): string {
  return /^[^\s"()<>*\\]+$/.test(value) && !value.includes("..")
    ? value
    : `"${value.replace(/(["\\])/g, "\\$1")}"`;
}
