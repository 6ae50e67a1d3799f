import { useQuery, useQueryClient } from "@tanstack/react-query";
import { body } from "#/api/client";
import { useProject } from "#/shell/session";
import type { PriceRow } from "./priceRow";

export function usePrices() {
  const { api, projectId } = useProject();
  const path = { projectId };
  const queries = useQueryClient();
  const queryKey = ["prices", projectId];
  const prices = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      body(api.GET("/api/projects/{projectId}/prices", { params: { path }, signal })),
  });
  /** Puts the whole list at once; the server takes all of it or none. */
  const put = async (rows: readonly PriceRow[]) => {
    const saved = await body(
      api.PUT("/api/projects/{projectId}/prices", { params: { path }, body: { rows: [...rows] } }),
    );
    queries.setQueryData(queryKey, saved);
  };
  return { prices, put };
}
