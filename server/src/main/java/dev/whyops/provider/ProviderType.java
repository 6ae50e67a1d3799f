package dev.whyops.provider;

/** The dialect that a provider speaks and that a route expects. */
public enum ProviderType {
  OPENAI,
  ANTHROPIC
}
