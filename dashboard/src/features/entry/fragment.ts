import { useState } from "react";

/**
 * A value of the address's fragment, which no server and no log ever sees. It is taken out of the
 * address at once, so that it does not stay in the history either.
 */
export function useFragment(name: string): string {
  const [value] = useState(() => {
    const found = new URLSearchParams(window.location.hash.slice(1)).get(name) ?? "";
    if (found !== "")
      window.history.replaceState(
        window.history.state,
        "",
        window.location.pathname + window.location.search,
      );
    return found;
  });
  return value;
}
