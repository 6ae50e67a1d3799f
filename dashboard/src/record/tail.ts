/** Brings the end of a trace up to date without reading again what stands before it. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";

export type TracePages = InfiniteData<Schemas["TraceDetail"], string | undefined>;

/**
 * The pages with their last one as it is now. Nothing when that would leave out an event: one that
 * came late stands in a page before, and all pages have to be read again.
 */
export function withTail(old: TracePages, last: Schemas["TraceDetail"]): TracePages | undefined {
  const pages = [...old.pages.slice(0, -1), last];
  const wanted = last.nextEventCursor === null ? last.eventCount : eventsOf(old.pages).length;
  return eventsOf(pages).length < wanted ? undefined : { ...old, pages };
}

/** All events, each once: pages that were read at different moments may overlap. */
export function eventsOf(pages: readonly Schemas["TraceDetail"][]): Schemas["Event"][] {
  const seen = new Set<string>();
  return pages.flatMap((page) => page.events).filter((e) => !seen.has(e.id) && seen.add(e.id));
}
