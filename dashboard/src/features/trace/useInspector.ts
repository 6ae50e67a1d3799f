/** What the inspector shows: kept in the address, worked by keys. */
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useKeys } from "#/keys/keys";
import type { Event } from "#/record/content";
import type { TraceSearch } from "#/routes/project";
import type { PanelName } from "./inspector/Inspector";
import type { Shape } from "./inspector/Payload";

export function useInspector(
  search: TraceSearch,
  selected: Event | null,
  change: (next: Partial<TraceSearch>) => void,
) {
  const [finding, setFinding] = useState(false);
  const findField = useRef<HTMLInputElement>(null);
  const addressed = (search.panel as PanelName | undefined) ?? "payload";
  const addressedOpen = search.side === undefined ? selected !== null : search.side === "open";
  const open = finding || addressedOpen;
  const panel = finding ? "payload" : addressed;
  const shape: Shape = search.mode === "raw" || search.mode === "json" ? search.mode : "chat";
  const settled = addressedOpen && addressed === "payload";
  useEffect(() => {
    if (finding && settled) setFinding(false);
  }, [finding, settled]);

  const setPanel = (next: PanelName) => {
    setFinding(false);
    change({ panel: next === "payload" ? undefined : next, side: open ? search.side : "open" });
  };
  const setOpen = (next: boolean) => {
    setFinding(false);
    change({ side: next ? "open" : "closed" });
  };
  useKeys({
    inspector: () => setOpen(!open),
    why: () => setPanel("why"),
    context: () => setPanel("context"),
    raw: () => {
      const leave = settled && shape === "raw";
      change({ panel: undefined, side: "open", mode: leave ? undefined : "raw" });
    },
    // The address follows in its own time, but the next letters come at once: the field stands and
    // has the focus before this key press is over.
    find: () => {
      if (!selected) return;
      flushSync(() => setFinding(true));
      findField.current?.focus();
      change({ panel: undefined, side: "open" });
    },
    ...(open ? { close: () => setOpen(false) } : {}),
  });
  return {
    open,
    setOpen,
    panel,
    setPanel,
    shape,
    setShape: (next: Shape) => change({ mode: next === "chat" ? undefined : next }),
    findField,
  };
}
