/** Short lists that several pages need: providers, keys, agents of the project. */
import { useQuery } from "@tanstack/react-query";
import { allItems } from "#/api/paging";
import { useProject } from "./session";

export const providersKey = (projectId: string) => ["providers", projectId];
export const membersKey = (projectId: string) => ["members", projectId];
export const apiKeysKey = (projectId: string) => ["api-keys", projectId];

export function useProviders() {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: providersKey(projectId),
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/providers", { params: { query: { cursor, limit: 200 } }, signal }),
      ),
  });
}

export function useApiKeys() {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: apiKeysKey(projectId),
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/api-keys", { params: { query: { cursor, limit: 200 } }, signal }),
      ),
  });
}

export function useMembers() {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: membersKey(projectId),
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/projects/{projectId}/members", {
          params: { path: { projectId }, query: { cursor, limit: 200 } },
          signal,
        }),
      ),
  });
}

/** What people are called by their id; who has left the project keeps the id. */
export function useMemberName(): (userId: string) => string {
  const members = useMembers().data;
  return (userId) => members?.find((m) => m.userId === userId)?.name ?? userId;
}
