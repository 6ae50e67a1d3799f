/** Pages that need no project: they lead into one. */
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { local } from "#/shell/local";
import { safePath } from "#/shell/safePath";
import { configQuery } from "#/shell/session";
import { rootRoute, signedIn } from "./base";
import type { RawSearch } from "./search";

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: async ({ context }) => {
    const config = await context.queries.ensureQueryData(configQuery);
    const me = await signedIn(context);
    if (!me) throw redirect({ to: config.setupNeeded ? "/setup" : "/login", replace: true });
    const last = me.projects.find((p) => p.id === local().project) ?? me.projects[0];
    if (!last) throw redirect({ to: "/no-project", replace: true });
    throw redirect({ to: "/p/$project/traces", params: { project: last.id }, replace: true });
  },
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("#/features/entry/SetupPage"), "SetupPage"),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (raw: RawSearch): { to?: string | undefined } => ({
    to: raw.to === undefined ? undefined : safePath(raw.to),
  }),
  component: lazyRouteComponent(() => import("#/features/entry/LoginPage"), "LoginPage"),
});

const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invite",
  component: lazyRouteComponent(() => import("#/features/entry/InvitePage"), "InvitePage"),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset",
  component: lazyRouteComponent(() => import("#/features/entry/ResetPage"), "ResetPage"),
});

const noProjectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/no-project",
  component: lazyRouteComponent(() => import("#/features/entry/NoProjectPage"), "NoProjectPage"),
});

export const entryRoutes = [
  indexRoute,
  setupRoute,
  loginRoute,
  inviteRoute,
  resetRoute,
  noProjectRoute,
] as const;
