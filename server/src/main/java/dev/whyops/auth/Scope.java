package dev.whyops.auth;

/** What an API key may be used for. */
public enum Scope {
  /** The recorded provider routes and the model lists. */
  PROXY,
  /** Every other provider route: it lends the provider credential's whole power. */
  PASSTHROUGH,
  /** Agent registration and runtime events. */
  INGEST,
  /** GET on the dashboard's API. */
  READ
}
