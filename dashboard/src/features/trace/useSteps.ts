/** Moving through the events of a trace by keys. */
import type { KeyHandlers } from "#/keys/keys";
import type { Event } from "#/record/content";

export function useSteps(
  events: readonly Event[],
  selected: Event | null,
  onSelect: (eventId: string) => void,
): KeyHandlers {
  const at = selected ? events.indexOf(selected) : -1;
  const go = (from: number, step: 1 | -1, wanted: (event: Event) => boolean) => {
    for (let i = from + step; i >= 0 && i < events.length; i += step) {
      const event = events[i];
      if (event && wanted(event)) return onSelect(event.id);
    }
  };
  const backFrom = at < 0 ? events.length : at;
  const any = () => true;
  const failed = (e: Event) => e.status !== "ok" || e.eventType === "error";
  const model = (e: Event) => e.eventType === "llm_response";
  return {
    down: () => go(at, 1, any),
    up: () => go(backFrom, -1, any),
    nextError: () => go(at, 1, failed),
    previousError: () => go(backFrom, -1, failed),
    nextModel: () => go(at, 1, model),
    previousModel: () => go(backFrom, -1, model),
  };
}
