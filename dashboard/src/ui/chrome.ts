import { createContext, type ReactNode } from "react";

/** What the shell puts into the head of every page: the menu before the title, its controls after. */
export const ChromeContext = createContext<{ start: ReactNode; end: ReactNode }>({
  start: null,
  end: null,
});
