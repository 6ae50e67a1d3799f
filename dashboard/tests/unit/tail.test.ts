import { expect, test } from "vitest";
import type { Schemas } from "#/api/client";
import { eventsOf, type TracePages, withTail } from "#/record/tail";

const page = (ids: string, eventCount: number, nextEventCursor: string | null = null) =>
  ({
    events: [...ids].map((id) => ({ id })),
    eventCount,
    nextEventCursor,
  }) as Schemas["TraceDetail"];
const old: TracePages = {
  pages: [page("abc", 5, "3"), page("de", 5)],
  pageParams: [undefined, "3"],
};
const ids = (data: TracePages | undefined) =>
  data &&
  eventsOf(data.pages)
    .map((e) => e.id)
    .join("");

test("new events at the end come with the last page, the ones before are untouched", () => {
  const next = withTail(old, page("def", 6));
  expect(ids(next)).toBe("abcdef");
  expect(next?.pages[0]).toBe(old.pages[0]);
  expect(next?.pageParams).toEqual(old.pageParams);
});

test("a last page that became full leads on to the next", () => {
  const next = withTail(old, page("def", 7, "6"));
  expect(ids(next)).toBe("abcdef");
  expect(next?.pages.at(-1)?.nextEventCursor).toBe("6");
});

test("an event that came late stands in a page before: all are read again", () => {
  expect(withTail(old, page("cde", 6))).toBeUndefined();
  const part: TracePages = { ...old, pages: [page("abc", 9, "3"), page("def", 9, "6")] };
  expect(withTail(part, page("cde", 10, "6"))).toBeUndefined();
});
