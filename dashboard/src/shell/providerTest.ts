/** The five outcomes of a provider test and what to do about each. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { body, type Schemas } from "#/api/client";
import { providersKey } from "./resources";
import { useProject } from "./session";

export type TestResult = Schemas["TestResult"];

export const TEST_WORD: Record<TestResult, string> = {
  ok: "works",
  auth_failed: "key refused",
  model_not_found: "model not found",
  unreachable: "unreachable",
  refused_by_policy: "address refused",
};

export const TEST_REMEDY: Record<TestResult, string> = {
  ok: "The provider answered and accepted the key.",
  auth_failed:
    "The provider refused the key. Copy it again from the provider's console and enter it under Edit.",
  model_not_found:
    "The key works, but the model is unknown to this provider. Check its name, or whether the account may use it.",
  unreachable:
    "No usable answer came. Check the base URL, and whether this server may reach the internet.",
  refused_by_policy:
    "The address is private or not allowed. For a model in your own network start the server with WHYOPS_EGRESS_ALLOW naming its network, as in 127.0.0.1/32.",
};

export function useProviderTest() {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (providerId: string) =>
      body(
        api.POST("/api/providers/{providerId}/test", {
          params: { path: { providerId } },
          body: {},
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: providersKey(projectId) }),
  });
}
