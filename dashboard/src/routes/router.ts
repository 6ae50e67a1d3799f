import { createRouter } from "@tanstack/react-router";
import { queries, rootRoute } from "./base";
import { entryRoutes } from "./entry";
import { Crash, NotFound } from "./Fallbacks";
import { projectRoutes } from "./project";
import { parseSearch, stringifySearch } from "./search";

export const router = createRouter({
  routeTree: rootRoute.addChildren([...entryRoutes, projectRoutes]),
  context: { queries },
  parseSearch,
  stringifySearch,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Crash,
  defaultPendingMs: 200,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
