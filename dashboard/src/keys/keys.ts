/**
 * The one map of keys. Components say what a key does while they are on the page; this file says
 * which key it is, and the help page reads it.
 */
import { useEffect, useRef } from "react";
import { local } from "#/shell/local";

export const KEYS = {
  palette: { keys: ["mod+k"], shown: "Ctrl/⌘ K", text: "Command palette", group: "Everywhere" },
  query: { keys: ["/"], shown: "/", text: "Go to the query bar", group: "Everywhere" },
  help: { keys: ["?"], shown: "?", text: "Keys and help", group: "Everywhere" },
  copyLink: { keys: ["."], shown: ".", text: "Copy a link to this page", group: "Everywhere" },
  live: { keys: ["l"], shown: "l", text: "Pause or resume live data", group: "Everywhere" },
  down: { keys: ["j", "ArrowDown"], shown: "j ↓", text: "Next row", group: "Lists" },
  up: { keys: ["k", "ArrowUp"], shown: "k ↑", text: "Previous row", group: "Lists" },
  open: { keys: ["Enter"], shown: "Enter", text: "Open", group: "Lists" },
  peek: { keys: [" "], shown: "Space", text: "Peek beside the list", group: "Lists" },
  close: { keys: ["Escape"], shown: "Esc", text: "Close panel", group: "Lists" },
  fold: { keys: ["ArrowLeft"], shown: "←", text: "Fold", group: "Lists" },
  unfold: { keys: ["ArrowRight"], shown: "→", text: "Unfold", group: "Lists" },
  view1: { keys: ["1"], shown: "1", text: "Transcript", group: "Trace" },
  view2: { keys: ["2"], shown: "2", text: "Tree", group: "Trace" },
  view3: { keys: ["3"], shown: "3", text: "Timeline", group: "Trace" },
  view4: { keys: ["4"], shown: "4", text: "Graph", group: "Trace" },
  inspector: { keys: ["i"], shown: "i", text: "Inspector", group: "Trace" },
  why: { keys: ["w"], shown: "w", text: "Why card", group: "Trace" },
  context: { keys: ["c"], shown: "c", text: "Context of this call", group: "Trace" },
  raw: { keys: ["r"], shown: "r", text: "Raw payload", group: "Trace" },
  find: { keys: ["f"], shown: "f", text: "Find in the payload", group: "Trace" },
  previousError: { keys: ["["], shown: "[", text: "Previous error", group: "Trace" },
  nextError: { keys: ["]"], shown: "]", text: "Next error", group: "Trace" },
  nextModel: { keys: ["n"], shown: "n", text: "Next model call", group: "Trace" },
  previousModel: { keys: ["p"], shown: "p", text: "Previous model call", group: "Trace" },
  zoomIn: { keys: ["+", "="], shown: "+", text: "Zoom in", group: "Timeline and graph" },
  zoomOut: { keys: ["-"], shown: "-", text: "Zoom out", group: "Timeline and graph" },
  zoomFit: { keys: ["0"], shown: "0", text: "Fit", group: "Timeline and graph" },
} as const;

export type KeyName = keyof typeof KEYS;
export type KeyHandlers = Partial<Record<KeyName, () => void>>;

const BY_KEY = new Map<string, KeyName>();
for (const [name, entry] of Object.entries(KEYS))
  for (const key of entry.keys) BY_KEY.set(key, name as KeyName);

const stack: { current: KeyHandlers }[] = [];

/** Handlers that hold while the component is on the page; the latest one that knows a key wins. */
export function useKeys(handlers: KeyHandlers): void {
  const entry = useRef(handlers);
  entry.current = handlers;
  useEffect(() => {
    stack.push(entry);
    return () => {
      stack.splice(stack.indexOf(entry), 1);
    };
  }, []);
}

/** The map's name for a key press, or nothing when it belongs to what has the focus. */
export function keyNameOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  inInput: boolean,
  singleLetters: boolean,
): KeyName | undefined {
  if ((event.ctrlKey || event.metaKey) && !event.altKey)
    return BY_KEY.get(`mod+${event.key.toLowerCase()}`);
  if (event.altKey || inInput) return undefined;
  if (!singleLetters && event.key.length === 1 && event.key !== " ") return undefined;
  return BY_KEY.get(event.key);
}

export function installKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target instanceof Element ? event.target : null;
    const inInput = target?.closest("input, textarea, select, [contenteditable]") != null;
    const inDialog = target?.closest('[role="dialog"], [role="menu"], [role="listbox"]') != null;
    const name = keyNameOf(event, inInput, local().singleKeys);
    if (!name || (inDialog && name !== "palette")) return;
    // Enter and Space belong to a focused button or link.
    if (
      (event.key === "Enter" || event.key === " ") &&
      target?.closest("button, a, summary, [role=tab]")
    )
      return;
    if (event.key.startsWith("Arrow") && target?.closest('[role="tablist"], [role="radiogroup"]'))
      return;
    for (let i = stack.length - 1; i >= 0; i--) {
      const handler = stack[i]?.current[name];
      if (!handler) continue;
      event.preventDefault();
      handler();
      return;
    }
  });
}
