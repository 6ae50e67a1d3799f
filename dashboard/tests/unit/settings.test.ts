import { expect, test } from "vitest";
import { formOf, hasMore, rowOf, rowsOf } from "#/features/settings/priceRow";
import { changesOf, isWrong, numbersOf } from "#/features/settings/thresholds";

const factor = { name: "COST_SPIKE.factor", normal: 3, value: 3, min: 1, max: 1000 };
const usd = { name: "COST_SPIKE.usd", normal: 0.01, value: 0.5, min: 0, max: 1e6 };

test("only thresholds that differ from those in force are sent, normal ones as null", () => {
  const typed = numbersOf([factor, usd]);
  expect(changesOf([factor, usd], typed)).toEqual({});
  expect(changesOf([factor, usd], { ...typed, [factor.name]: "5", [usd.name]: "0.01" })).toEqual({
    [factor.name]: 5,
    [usd.name]: null,
  });
});

test("a threshold is a number within its limits", () => {
  expect(isWrong(factor, "1")).toBe(false);
  for (const typed of ["", " ", "x", "0.9", "1001", "Infinity"])
    expect(isWrong(factor, typed), typed).toBe(true);
});

test("editing a price keeps what its form does not show", () => {
  const row = {
    id: "own/any/m",
    provider: "*",
    model: "m",
    aliases: ["m-latest"],
    from: "2026-01-01",
    usdPerMillion: { input: "1", output: "2", inputAudio: "9" },
    source: "contract",
  };
  expect(hasMore(row)).toBe(true);
  expect(rowOf(row, formOf(row))).toEqual(row);
  const form = formOf(row);
  const edited = rowOf(row, { ...form, from: "", usd: { ...form.usd, input: " 3 ", output: "" } });
  expect(edited).not.toHaveProperty("from");
  expect(edited.usdPerMillion).toEqual({ input: "3", inputAudio: "9" });
  expect(edited.aliases).toEqual(["m-latest"]);
});

test("a new price is named by what it prices", () => {
  const form = { ...formOf({}), model: "m", source: "contract" };
  expect(rowOf({}, { ...form, usd: { ...form.usd, input: "1" } })).toEqual({
    id: "own/any/m",
    provider: "*",
    model: "m",
    usdPerMillion: { input: "1" },
    source: "contract",
  });
  expect(hasMore({})).toBe(false);
});

test("a typed list is rows, or says why not", () => {
  expect(rowsOf('[{"id":"a"}]')).toEqual([{ id: "a" }]);
  expect(rowsOf("{}")).toMatch(/list/);
  expect(rowsOf("[1]")).toBe("Row 1 is no object.");
  expect(typeof rowsOf("[")).toBe("string");
});
