/** What may come next at the cursor of the query bar. */
import { FIELDS, type FieldSpec, fieldNamed } from "./fields";
import { quoteValue } from "./grammar";

export interface Completion {
  /** The part of the input that choosing an option replaces. */
  start: number;
  end: number;
  options: { label: string; hint: string; insert: string }[];
}

/** The field whose value stands at the cursor, so that its values can be asked from the server. */
export function fieldAtCursor(input: string, cursor: number): FieldSpec | undefined {
  const part = partAt(input, cursor);
  return part.field === undefined ? undefined : fieldNamed(part.field);
}

export function complete(
  input: string,
  cursor: number,
  valuesOf: (field: FieldSpec) => readonly string[],
): Completion {
  const part = partAt(input, cursor);
  const typed = part.text.toLowerCase();
  if (part.field === undefined) {
    const options = FIELDS.filter(
      (f) => f.name.startsWith(typed) || f.aliases.some((a) => a.toLowerCase().startsWith(typed)),
    ).map((f) => ({ label: `${f.name}:`, hint: f.hint, insert: `${f.name}:` }));
    return { start: part.start, end: cursor, options };
  }
  const field = fieldNamed(part.field);
  if (!field) return { start: part.start, end: cursor, options: [] };
  if (field.kind === "number") {
    const example = field.example.slice(field.name.length + 1);
    const options =
      typed === "" ? [{ label: example, hint: field.unit ?? "", insert: `${example} ` }] : [];
    return { start: part.start, end: cursor, options };
  }
  const options = (field.values ?? valuesOf(field))
    .filter((v) => v.toLowerCase().includes(typed) && v.toLowerCase() !== typed)
    .sort(
      (a, b) =>
        Number(b.toLowerCase().startsWith(typed)) - Number(a.toLowerCase().startsWith(typed)),
    )
    .slice(0, 50)
    .map((v) => ({
      label: v,
      hint: field.name,
      insert: part.bracket ? quoteValue(v) : `${quoteValue(v)} `,
    }));
  return { start: part.start, end: cursor, options };
}

function partAt(
  input: string,
  cursor: number,
): { field?: string; text: string; start: number; bracket: boolean } {
  const before = input.slice(0, cursor);
  const bracketed = /(?:^|\s)-?([A-Za-z]+):\(([^()]*)$/.exec(before);
  if (bracketed) {
    const inner = bracketed[2] ?? "";
    const text = /[^\s"]*$/.exec(inner)?.[0] ?? "";
    return {
      field: bracketed[1] ?? "",
      text: text === "OR" ? "" : text,
      start: cursor - text.length,
      bracket: true,
    };
  }
  const value = /(?:^|\s)-?([A-Za-z]+):("?)([^\s"()]*)$/.exec(before);
  if (value) {
    const text = value[3] ?? "";
    return {
      field: value[1] ?? "",
      text,
      start: cursor - text.length - (value[2] ?? "").length,
      bracket: false,
    };
  }
  const word = /(?:^|\s)-?([A-Za-z]*)$/.exec(before)?.[1] ?? "";
  return { text: word, start: cursor - word.length, bracket: false };
}
