import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "#/api/client";
import { allItems } from "#/api/paging";
import { useProject } from "#/shell/session";

export type Version = Schemas["AgentVersion"];

/** Which two versions are looked at; the address holds them. */
export interface VersionPick {
  agentId: string;
  /** The version that the agent runs now. */
  current: string;
  a: string | undefined;
  b: string | undefined;
  onPick: (a: string | undefined, b: string | undefined) => void;
}

/** All versions of an agent, the newest first. */
export function useVersions(agentId: string) {
  const { api, projectId } = useProject();
  return useQuery({
    queryKey: ["agent-versions", projectId, agentId],
    queryFn: ({ signal }) =>
      allItems((cursor) =>
        api.GET("/api/agents/{agentId}/versions", {
          params: { path: { agentId }, query: { cursor, limit: 200 } },
          signal,
        }),
      ),
  });
}
