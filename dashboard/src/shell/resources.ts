/** Short lists that several pages need: providers, keys, agents of the project. */
import { useQuery } from "@tanstack/react-query";
import { allItems } from "#/api/paging";
import { useProject } from "./session";

export const providersKey = (projectId: string) => ["providers", projectId];
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
