import { expect, test } from "vitest";
import { safePath } from "#/shell/safePath";

test.each([
  "//evil",
  "/\\evil",
  "https:evil",
  "javascript:alert(1)",
  "/%09/evil",
  "/@evil",
  "/p/../x",
  "",
  undefined,
  "/p/a\tb",
  "/login",
])("AU-09 a login never leads to %j", (to) => expect(safePath(to)).toBe("/"));

test("AU-09 a login leads back to a page of ours", () => {
  expect(safePath("/p/prj_1/trace?id=a%2F..%2Fb&view=tree")).toBe(
    "/p/prj_1/trace?id=a%2F..%2Fb&view=tree",
  );
});
