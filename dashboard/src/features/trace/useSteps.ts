/** Moving through the events of a trace by keys. */
import { useEffect, useRef } from "react";
import type { KeyHandlers } from "#/keys/keys";
import type { Event } from "#/record/content";

export function useSteps(
  events: readonly Event[],
  selected: Event | null,
  onSelect: (eventId: string) => void,
): KeyHandlers {
  // Where the keys have led already, while the address still says the step before.
  const ahead = useRef<Event | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address has followed
  useEffect(() => {
    ahead.current = null;
  }, [selected]);
  const go = (step: 1 | -1, wanted: (event: Event) => boolean) => {
    const from = ahead.current ?? selected;
    const outside = step === 1 ? -1 : events.length;
    for (let i = (from ? events.indexOf(from) : outside) + step; events[i]; i += step) {
      const event = events[i];
      if (!event || !wanted(event)) continue;
      ahead.current = event;
      return onSelect(event.id);
    }
  };
  const any = () => true;
  const failed = (e: Event) => e.status !== "ok" || e.eventType === "error";
  const model = (e: Event) => e.eventType === "llm_response";
  return {
    down: () => go(1, any),
    up: () => go(-1, any),
    nextError: () => go(1, failed),
    previousError: () => go(-1, failed),
    nextModel: () => go(1, model),
    previousModel: () => go(-1, model),
  };
}
