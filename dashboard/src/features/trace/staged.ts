import { useRef } from "react";

/**
 * The events that views show while a long trace loads. Each page that arrives makes a view of all
 * events anew; done for every page, that is work by the square of their number, and the frames of a
 * reader who scrolls meanwhile. So a view grows when there is twice as much to show, and at the end.
 *
 * @param complete nothing more is on its way
 */
export function staged<T>(shown: readonly T[], all: readonly T[], complete: boolean): readonly T[] {
  const fewer = all.length < shown.length;
  return complete || fewer || all.length >= 2 * shown.length ? all : shown;
}

export function useStaged<T>(all: readonly T[], complete: boolean): readonly T[] {
  const shown = useRef(all);
  shown.current = staged(shown.current, all, complete);
  return shown.current;
}
