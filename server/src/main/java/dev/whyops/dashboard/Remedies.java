package dev.whyops.dashboard;

import java.util.Map;

/** What a refusal's code means to somebody who connects an application, and what helps. */
final class Remedies {
  private static final Map<String, Remedy> BY_CODE =
      Map.ofEntries(
          entry(
              "missing_agent_name",
              "The call names no agent.",
              "Send the header X-Agent-Name, or give the key a default agent."),
          entry(
              "invalid_agent_name",
              "The agent's name is not allowed.",
              "Use 1-255 characters without control or direction characters."),
          entry(
              "invalid_api_key",
              "The API key is unknown, expired or revoked.",
              "Make a key under API keys and use it whole."),
          entry(
              "missing_api_key",
              "The call carries no API key.",
              "Send the key as Authorization: Bearer, x-api-key or api-key."),
          entry(
              "ambiguous_credentials",
              "The call carries two different API keys.",
              "Send one key, in one header."),
          entry(
              "insufficient_scope",
              "The key does not have the scope that this path needs.",
              "Make a key with that scope."),
          entry(
              "provider_not_configured",
              "No provider of this dialect is configured.",
              "Add one under Providers."),
          entry(
              "unknown_provider",
              "The model or path names a provider that does not exist.",
              "Use the slug of a configured provider, or leave it out."),
          entry(
              "provider_dialect_mismatch",
              "The named provider speaks the other dialect.",
              "Call the path of that provider's own client."),
          entry(
              "model_not_readable",
              "The body names no model that can be read.",
              "Send JSON with a model, or name the provider in the path."),
          entry(
              "validation_failed",
              "An event does not have the form that it must have.",
              "Read the details of the answer: they name index and field."),
          entry(
              "rate_limit_exceeded",
              "A limit of the key is used up.",
              "Wait as Retry-After says, or raise the limit."),
          entry(
              "budget_exceeded",
              "The key's budget for this month is used up.",
              "Raise the budget or make another key."),
          entry(
              "provider_unreachable",
              "The provider could not be reached.",
              "Test it under Providers."),
          entry(
              "provider_tls_failed",
              "The provider's certificate was not accepted.",
              "Check the base URL under Providers."),
          entry(
              "provider_timeout",
              "The provider did not answer in time.",
              "Raise its timeouts under Providers, or try again."),
          entry(
              "not_found",
              "There is nothing at this path.",
              "Use the gateway's URL with the path of the provider's client."));

  private static final Remedy OTHER =
      new Remedy("The gateway refused the request.", "Look the code up in the documentation.");

  record Remedy(String cause, String remedy) {}

  private Remedies() {}

  static Remedy of(String code) {
    return BY_CODE.getOrDefault(code, OTHER);
  }

  private static Map.Entry<String, Remedy> entry(String code, String cause, String remedy) {
    return Map.entry(code, new Remedy(cause, remedy));
  }
}
