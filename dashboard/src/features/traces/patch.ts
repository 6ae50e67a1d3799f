import type { Schemas } from "#/api/client";

export type Pages = Schemas["TracePage"];

/** The pages with one trace replaced in its place, or nothing when no page holds it. */
export function patchPages(pages: readonly Pages[], trace: Schemas["Trace"]): Pages[] | undefined {
  const at = pages.findIndex((p) => p.items.some((t) => t.traceId === trace.traceId));
  if (at < 0) return undefined;
  return pages.map((page, index) =>
    index === at
      ? {
          ...page,
          items: page.items.map((t) => (t.traceId === trace.traceId ? renewed(t, trace) : t)),
        }
      : page,
  );
}

/** What is told live has not read the texts again, so that the preview may be missing. */
function renewed(old: Schemas["Trace"], next: Schemas["Trace"]): Schemas["Trace"] {
  return next.preview === "" ? { ...next, preview: old.preview } : next;
}
