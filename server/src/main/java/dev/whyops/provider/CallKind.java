package dev.whyops.provider;

/** What a proxied call is recorded as; chosen by method and path alone. */
public enum CallKind {
  CHAT_COMPLETIONS,
  RESPONSES,
  COMPLETIONS,
  EMBEDDINGS,
  MESSAGES,
  COUNT_TOKENS,
  MODELS,
  /** Sub-resources of a response: GET, DELETE, cancel, input_items. */
  RESPONSE_RESOURCE,
  /** Everything else under /v1: relayed, noted, not decoded. */
  PASSTHROUGH
}
