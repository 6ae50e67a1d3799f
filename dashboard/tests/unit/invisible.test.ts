import { describe, expect, test } from "vitest";
import { hasInvisible, segments, visibleText } from "#/text/invisible";

const codes = (text: string) => segments(text).flatMap((s) => (s.kind === "code" ? [s.code] : []));

describe("DA-23 invisible characters", () => {
  test.each([
    ["a\u202eb", "U+202E"],
    ["a\u200bb", "U+200B"],
    ["\u0000", "U+0000"],
    ["\u001b[31m", "U+001B"],
    ["a\rb", "U+000D"],
    ["\ufeffx", "U+FEFF"],
    ["\u2066x\u2069", "U+2066"],
    ["\u00ad", "U+00AD"],
    ["\u{e0041}", "U+E0041"],
    ["\ud800x", "U+D800"],
    ["\u2063\u200b", "U+2063"],
    ["\u2028", "U+2028"],
    ["\u3164", "U+3164"],
  ])("%j shows %s", (text, code) => expect(codes(text)).toContain(code));

  test("ordinary text, line ends and tabs stay as they are", () => {
    for (const text of ["Grüße, 世界", "a\nb\tc", "a\r\nb", "שלום", "é\u0301"]) {
      expect(hasInvisible(text) && codes(text).length > 0).toBe(false);
    }
  });

  test("emoji sequences keep their joiners, a joiner elsewhere is shown", () => {
    expect(codes("👩‍👩‍👧 ❤️ 1️⃣ 👩🏽‍🚀")).toEqual([]);
    expect(codes("pass\u200dword")).toEqual(["U+200D"]);
    expect(codes("x\ufe0f")).toEqual(["U+FE0F"]);
  });

  test("nothing is lost: the pieces join to the original", () => {
    const text = "a\u202eb\u200b\u{e0041}c\ud800";
    const joined = segments(text)
      .map((s) =>
        s.kind === "text" ? s.text : String.fromCodePoint(Number.parseInt(s.code.slice(2), 16)),
      )
      .join("");
    expect(joined).toBe(text);
  });

  test("one line of text for labels", () => {
    expect(visibleText("a\nb\u202e")).toBe("a ↵ b[U+202E]");
  });

  test("a megabyte of them takes well under a second", () => {
    const started = performance.now();
    expect(segments("\u200bx".repeat(500_000))).toHaveLength(1_000_000);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
