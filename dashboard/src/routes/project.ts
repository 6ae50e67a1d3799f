/** Pages of a project. Their search parameters are the state of the page. */

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { traceQuery } from "#/record/useTrace";
import { safePath } from "#/shell/safePath";
import { rootRoute, signedIn } from "./base";
import { ProjectLayout } from "./ProjectLayout";
import {
  oneOf,
  type RawSearch,
  type ScopeSearch,
  SORTS,
  type Sort,
  scopeSearch,
  text,
} from "./search";

const projectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/p/$project",
  validateSearch: (raw: RawSearch): ScopeSearch => scopeSearch(raw),
  beforeLoad: async ({ context, location }) => {
    const me = await signedIn(context);
    if (!me)
      throw redirect({ to: "/login", search: { to: safePath(location.href) }, replace: true });
  },
  component: ProjectLayout,
});

const projectIndexRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/p/$project/traces", params, replace: true });
  },
});

const connectRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "connect",
  component: lazyRouteComponent(() => import("#/features/connect/ConnectPage"), "ConnectPage"),
});

const providersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "providers",
  component: lazyRouteComponent(
    () => import("#/features/providers/ProvidersPage"),
    "ProvidersPage",
  ),
});

const keysRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("#/features/keys/KeysPage"), "KeysPage"),
});

export interface TracesSearch {
  q?: string | undefined;
  peek?: string | undefined;
  cols?: string | undefined;
  sort?: Sort | undefined;
}

const tracesRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "traces",
  validateSearch: (raw: RawSearch): TracesSearch => ({
    q: text(raw.q),
    peek: text(raw.peek, 200),
    cols: text(raw.cols, 300),
    sort: oneOf(SORTS, raw.sort),
  }),
  component: lazyRouteComponent(() => import("#/features/traces/TracesPage"), "TracesPage"),
});

export interface TraceSearch {
  id: string;
  view?: string | undefined;
  event?: string | undefined;
  panel?: string | undefined;
  side?: string | undefined;
  mode?: string | undefined;
  graph?: string | undefined;
  with?: string | undefined;
}

const traceRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "trace",
  validateSearch: (raw: RawSearch): TraceSearch => ({
    id: raw.id ?? "",
    view: text(raw.view, 20),
    event: text(raw.event, 64),
    panel: text(raw.panel, 20),
    side: text(raw.side, 10),
    mode: text(raw.mode, 20),
    graph: text(raw.graph, 10),
    with: text(raw.with, 200),
  }),
  loaderDeps: ({ search }) => ({ id: search.id }),
  loader: ({ context, params, deps }) => {
    if (deps.id === "") return;
    const trace = traceQuery(params.project, deps.id);
    void context.queries.prefetchInfiniteQuery({ ...trace, staleTime: Number.POSITIVE_INFINITY });
  },
  component: lazyRouteComponent(() => import("#/features/trace/TracePage"), "TracePage"),
});

const agentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "agents",
  component: lazyRouteComponent(() => import("#/features/agents/AgentsPage"), "AgentsPage"),
});

const byId = (raw: RawSearch): { id: string; tab?: string | undefined } => ({
  id: raw.id ?? "",
  tab: text(raw.tab, 20),
});

interface AgentSearch {
  id: string;
  tab?: string | undefined;
  a?: string | undefined;
  b?: string | undefined;
}

const agentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "agent",
  validateSearch: (raw: RawSearch): AgentSearch => ({
    ...byId(raw),
    a: text(raw.a, 64),
    b: text(raw.b, 64),
  }),
  component: lazyRouteComponent(() => import("#/features/agents/AgentPage"), "AgentPage"),
});

const threadsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "threads",
  component: lazyRouteComponent(() => import("#/features/threads/ThreadsPage"), "ThreadsPage"),
});

const threadRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "thread",
  validateSearch: byId,
  component: lazyRouteComponent(() => import("#/features/threads/ThreadPage"), "ThreadPage"),
});

const usersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "users",
  component: lazyRouteComponent(() => import("#/features/users/UsersPage"), "UsersPage"),
});

const userRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "user",
  validateSearch: byId,
  component: lazyRouteComponent(() => import("#/features/users/UserPage"), "UserPage"),
});

const analyticsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "analytics",
  validateSearch: (raw: RawSearch): { by?: string | undefined } => ({ by: text(raw.by, 20) }),
  component: lazyRouteComponent(
    () => import("#/features/analytics/AnalyticsPage"),
    "AnalyticsPage",
  ),
});

const ingestionRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "ingestion",
  component: lazyRouteComponent(
    () => import("#/features/ingestion/IngestionPage"),
    "IngestionPage",
  ),
});

const membersRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "members",
  component: lazyRouteComponent(() => import("#/features/members/MembersPage"), "MembersPage"),
});

const suppressionsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "suppressions",
  component: lazyRouteComponent(
    () => import("#/features/suppressions/SuppressionsPage"),
    "SuppressionsPage",
  ),
});

const settingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "settings",
  validateSearch: (raw: RawSearch): { tab?: string | undefined } => ({ tab: text(raw.tab, 20) }),
  component: lazyRouteComponent(() => import("#/features/settings/SettingsPage"), "SettingsPage"),
});

export const projectRoutes = projectRoute.addChildren([
  projectIndexRoute,
  connectRoute,
  providersRoute,
  keysRoute,
  tracesRoute,
  traceRoute,
  agentsRoute,
  agentRoute,
  threadsRoute,
  threadRoute,
  usersRoute,
  userRoute,
  analyticsRoute,
  ingestionRoute,
  membersRoute,
  suppressionsRoute,
  settingsRoute,
]);
