/** The few settings that belong to a browser and not to an address. */
import { useSyncExternalStore } from "react";

export interface Local {
  theme: "system" | "light" | "dark";
  density: "comfortable" | "compact";
  singleKeys: boolean;
  /** Widths of panels in pixels, by name. */
  panels: Record<string, number>;
  /** The project that was open last. */
  project: string | null;
}

const KEY = "whyops.local";
const DEFAULTS: Local = {
  theme: "system",
  density: "comfortable",
  singleKeys: true,
  panels: {},
  project: null,
};

let current = load();
const listeners = new Set<() => void>();

export const local = (): Local => current;

export function setLocal(change: Partial<Local>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage is full or forbidden: the settings hold until the page is left.
  }
  apply();
  for (const listener of listeners) listener();
}

export function useLocal(): Local {
  return useSyncExternalStore(subscribe, local);
}

export function installLocal(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function apply(): void {
  const dark =
    current.theme === "dark" ||
    (current.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.dataset.density = current.density;
}

function load(): Local {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...(typeof saved === "object" && saved !== null ? saved : {}) };
  } catch {
    return DEFAULTS;
  }
}
