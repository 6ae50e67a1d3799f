/** One live connection for a project; pages subscribe to what arrives. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type LiveMessage, type LiveState, openLive } from "#/api/live";
import { useEnvironment } from "./scope";
import { useProject } from "./session";

interface Feed {
  state: LiveState;
  paused: boolean;
  setPaused: (paused: boolean) => void;
  subscribe: (listener: (message: LiveMessage) => void) => () => void;
}

const FeedContext = createContext<Feed | null>(null);

export function LiveFeed({ children }: { children: ReactNode }) {
  const { projectId } = useProject();
  const environment = useEnvironment();
  const [state, setState] = useState<LiveState>({ kind: "connecting" });
  const [paused, setPaused] = useState(false);
  const listeners = useRef(new Set<(message: LiveMessage) => void>());
  useEffect(() => {
    if (paused) {
      setState({ kind: "paused" });
      return undefined;
    }
    return openLive({
      projectId,
      environment,
      onState: setState,
      onMessage: (message) => {
        for (const listener of listeners.current) listener(message);
      },
    });
  }, [projectId, environment, paused]);
  const feed = useMemo<Feed>(
    () => ({
      state,
      paused,
      setPaused,
      subscribe: (listener) => {
        listeners.current.add(listener);
        return () => listeners.current.delete(listener);
      },
    }),
    [state, paused],
  );
  return <FeedContext.Provider value={feed}>{children}</FeedContext.Provider>;
}

export function useFeed(): Feed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useFeed is for pages of a project");
  return feed;
}

/** Calls back for each live message while the component is on the page. */
export function useLive(onMessage: (message: LiveMessage) => void): void {
  const { subscribe } = useFeed();
  const latest = useRef(onMessage);
  latest.current = onMessage;
  useEffect(() => subscribe((message) => latest.current(message)), [subscribe]);
}
