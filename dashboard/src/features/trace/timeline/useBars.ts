import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Event } from "#/record/content";
import { layOut } from "../layout/worker";
import { barEvent } from "./rows";

const LIMIT_MS = 20_000;

/** The bars of a trace, laid out in the worker; the ones before stay while new ones are made. */
export function useBars(traceId: string, events: readonly Event[]) {
  return useQuery({
    queryKey: ["timeline", traceId, events.length, events.at(-1)?.id],
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    queryFn: () => layOut("timeline", events.map(barEvent), LIMIT_MS),
  });
}
