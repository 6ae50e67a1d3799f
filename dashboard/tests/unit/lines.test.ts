import { expect, test } from "vitest";
import { splitLines } from "#/text/lines";

test("lines keep their text and an endless line is cut between characters", () => {
  expect(splitLines("a\n\nb")).toEqual(["a", "", "b"]);
  expect(splitLines("")).toEqual([""]);
  expect(splitLines("a\n")).toEqual(["a", ""]);
  expect(splitLines("abcde", 2)).toEqual(["ab", "cd", "e"]);
  expect(splitLines("x😀y", 2)).toEqual(["x", "😀", "y"]);
  const long = "z".repeat(4 * 1024 * 1024);
  expect(splitLines(long).join("")).toBe(long);
});
