import { describe, expect, test } from "vitest";
import { ago, bytes, count, duration, percent, shortCount, usd, utcTime } from "#/format/format";

describe("duration", () => {
  test.each([
    [0.85, "850 µs"],
    [0.0001, "1 µs"],
    [1.25, "1.25 ms"],
    [420, "420 ms"],
    [999.6, "1 s"],
    [1234, "1.23 s"],
    [12_400, "12.4 s"],
    [59_949, "59.9 s"],
    [59_960, "1 m 00 s"],
    [185_000, "3 m 05 s"],
    [7_620_000, "2 h 07 m"],
    [273_600_000, "3 d 04 h"],
    [0, "0 ms"],
    [null, "–"],
    [undefined, "–"],
    [Number.NaN, "–"],
  ])("%s reads %s", (input, expected) => expect(duration(input)).toBe(expected));
});

describe("counts", () => {
  test.each([
    [12_345, "12,345", "12.3k"],
    [999, "999", "999"],
    [1000, "1,000", "1k"],
    [999_960, "999,960", "1M"],
    [4_120_000, "4,120,000", "4.1M"],
    [null, "–", "–"],
    [0, "0", "0"],
  ])("%s", (input, long, short) => {
    expect(count(input)).toBe(long);
    expect(shortCount(input)).toBe(short);
  });
});

describe("usd", () => {
  test.each([
    ["1", "$1.00"],
    ["1234.5", "$1,234.50"],
    ["0.0214", "$0.02140"],
    ["0.000001234", "$0.000001234"],
    ["0.99996", "$1.00"],
    ["0", "$0"],
    ["", "–"],
    [null, "–"],
    ["-0.5", "-$0.5000"],
  ])("%s reads %s", (input, expected) => expect(usd(input)).toBe(expected));
});

test("an unknown fraction is a dash and zero stays zero", () => {
  expect(percent(null)).toBe("–");
  expect(percent(0)).toBe("0 %");
  expect(percent(0.1234)).toBe("12.3 %");
  expect(percent(1)).toBe("100 %");
});

test("sizes and times", () => {
  expect(bytes(1536)).toBe("1.5 KiB");
  expect(bytes(100)).toBe("100 B");
  expect(utcTime("2026-01-02T03:04:05.006Z")).toBe("2026-01-02 03:04:05.006 UTC");
  expect(utcTime("nonsense")).toBe("–");
  expect(ago("2026-01-02T03:04:05Z", Date.parse("2026-01-02T03:04:25Z"))).toBe("20 s ago");
});

test("whole numbers look as the formatter of the language writes them", () => {
  const written = new Intl.NumberFormat("en-US");
  for (const whole of [0, 7, 999, 1000, 10_000, 999_999, 1_234_567, Number.MAX_SAFE_INTEGER])
    for (const value of [whole, -whole || 0]) expect(count(value)).toBe(written.format(value));
  expect(count(2 ** 60)).toBe(written.format(2 ** 60));
  expect(count(1234.5)).toBe("1,235");
});
