/**
 * Splits recorded text into what can be seen and what cannot. Characters that hide, reorder or
 * smuggle text (controls, bidi overrides, zero-width and tag characters, lone surrogates) become
 * codes, so that a reader sees what a model saw. Emoji sequences keep their joiners.
 */
export type Segment = { kind: "text"; text: string } | { kind: "code"; code: string; name: string };

// Ranges rather than Unicode classes: the list is the promise, and tests walk through it.
const INVISIBLE = new RegExp(
  [
    "\\r(?!\\n)",
    "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]",
    "[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f]",
    "[\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb]",
    "[\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]",
    "[\\ud800-\\udfff]",
  ].join("|"),
  "gu",
);

const NAMES: Record<number, string> = {
  0: "null",
  7: "bell",
  8: "backspace",
  13: "carriage return",
  27: "escape",
  127: "delete",
  173: "soft hyphen",
  1564: "Arabic letter mark",
  8203: "zero-width space",
  8204: "zero-width non-joiner",
  8205: "zero-width joiner",
  8206: "left-to-right mark",
  8207: "right-to-left mark",
  8232: "line separator",
  8233: "paragraph separator",
  8234: "left-to-right embedding",
  8235: "right-to-left embedding",
  8236: "pop directional formatting",
  8237: "left-to-right override",
  8238: "right-to-left override",
  8288: "word joiner",
  8291: "invisible separator",
  8294: "left-to-right isolate",
  8295: "right-to-left isolate",
  8296: "first strong isolate",
  8297: "pop directional isolate",
  65279: "byte order mark",
};

const PICTURE_BEFORE = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|\u20e3)$/u;
const PICTURE_AFTER = /^\p{Extended_Pictographic}/u;
const BASE_BEFORE = /[\p{Extended_Pictographic}0-9#*]$/u;

export function hasInvisible(text: string): boolean {
  INVISIBLE.lastIndex = 0;
  const found = INVISIBLE.test(text);
  INVISIBLE.lastIndex = 0;
  return found;
}

export function segments(text: string): Segment[] {
  if (!hasInvisible(text)) return text === "" ? [] : [{ kind: "text", text }];
  const result: Segment[] = [];
  let from = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    const at = match.index;
    const character = match[0];
    if (belongsToEmoji(text, at, character)) continue;
    if (at > from) result.push({ kind: "text", text: text.slice(from, at) });
    result.push(codeOf(character));
    from = at + character.length;
  }
  if (from < text.length) result.push({ kind: "text", text: text.slice(from) });
  return result;
}

/** The same on one line of plain text, for titles, labels and other places without elements. */
export function visibleText(text: string): string {
  return segments(text)
    .map((s) =>
      s.kind === "text" ? s.text.replace(/\r?\n/g, " ↵ ").replace(/\t/g, " ") : `[${s.code}]`,
    )
    .join("");
}

function belongsToEmoji(text: string, at: number, character: string): boolean {
  const before = text.slice(Math.max(0, at - 2), at);
  if (character === "\ufe0f") return BASE_BEFORE.test(before);
  if (character !== "\u200d") return false;
  return PICTURE_BEFORE.test(before) && PICTURE_AFTER.test(text.slice(at + 1, at + 3));
}

function codeOf(character: string): Segment {
  const point = character.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return { kind: "code", code, name: NAMES[point] ?? groupOf(point) };
}

function groupOf(point: number): string {
  if (point >= 0xd800 && point <= 0xdfff) return "lone surrogate";
  if (point >= 0xe0000) return "invisible tag";
  if (point < 0x20 || (point >= 0x7f && point <= 0x9f)) return "control character";
  if (point >= 0xfe00 && point <= 0xfe0f) return "variation selector";
  return "invisible character";
}
