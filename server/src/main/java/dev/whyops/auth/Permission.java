package dev.whyops.auth;

/** What a route of the dashboard API asks of a signed-in person; {@link Role} grants them. */
public enum Permission {
  /** Everything that changes nothing, own saved views included. */
  READ,
  /** Replays, judges, evals: what runs models or costs money. */
  ANALYSE,
  /** Own API keys with scopes that one holds; seeing and revoking own keys. */
  CREATE_API_KEYS,
  MANAGE_PROVIDERS,
  /** All keys of the project, and the scope {@code passthrough}. */
  MANAGE_API_KEYS,
  /** Invites, members and their roles up to admin. */
  MANAGE_MEMBERS,
  MANAGE_SETTINGS,
  DELETE_TRACES,
  READ_AUDIT,
  MANAGE_OWNERS,
  DELETE_PROJECT
}
