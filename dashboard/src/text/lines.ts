/** Cuts text into pieces that a list can show one per row; a line without end is cut too. */
export const LINE_MAX = 400;

export function splitLines(text: string, max = LINE_MAX): string[] {
  const lines: string[] = [];
  let from = 0;
  while (from <= text.length) {
    const newline = text.indexOf("\n", from);
    const end = newline < 0 ? text.length : newline;
    for (let at = from; at === from || at < end; ) {
      let cut = Math.min(end, at + max);
      const last = text.charCodeAt(cut - 1);
      if (cut < end && last >= 0xd800 && last <= 0xdbff) cut--;
      lines.push(text.slice(at, cut));
      at = cut;
      if (at >= end) break;
    }
    if (newline < 0) break;
    from = newline + 1;
  }
  return lines;
}
