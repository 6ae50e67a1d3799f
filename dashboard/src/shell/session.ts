/** Who is signed in, and what the server says about itself. */
import { queryOptions, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Api, apiFor, body, type Schemas } from "#/api/client";

export type Role = Schemas["Role"];
export type Environment = Schemas["Environment"];

const none = apiFor("");

export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: ({ signal }) => body(none.GET("/api/config", { signal })),
  staleTime: 60_000,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => body(none.GET("/api/me", { signal })),
  staleTime: 60_000,
});

export function useConfig() {
  return useSuspenseQuery(configQuery).data;
}

export function useMe() {
  return useQuery(meQuery).data;
}

/** Puts a fresh sign-in in place of whatever was known before. */
export function useSignedIn() {
  const queries = useQueryClient();
  return (me: Schemas["Me"]) => {
    queries.setQueryData(meQuery.queryKey, me);
    void queries.invalidateQueries({ queryKey: configQuery.queryKey });
  };
}

export interface ProjectScope {
  projectId: string;
  name: string;
  role: Role;
  api: Api;
}

export const ProjectContext = createContext<ProjectScope | null>(null);

export function useProject(): ProjectScope {
  const scope = useContext(ProjectContext);
  if (!scope) throw new Error("useProject is for pages of a project");
  return scope;
}

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 };

/** What a role may not do is absent from the page; the server decides all the same. */
export function useMay(least: Role): boolean {
  return RANK[useProject().role] >= RANK[least];
}

export const roleAtLeast = (role: Role, least: Role): boolean => RANK[role] >= RANK[least];
