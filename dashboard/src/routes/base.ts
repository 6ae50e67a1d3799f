import { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext } from "@tanstack/react-router";
import { Problem } from "#/api/problems";
import { configQuery, meQuery } from "#/shell/session";
import { Root } from "./Root";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
    },
  },
});

export interface Context {
  queries: QueryClient;
}

export const rootRoute = createRootRouteWithContext<Context>()({
  component: Root,
  beforeLoad: ({ context }) => context.queries.ensureQueryData(configQuery),
});

/** Who is signed in, or nothing. */
export async function signedIn(context: Context) {
  try {
    return await context.queries.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}
