package dev.whyops.agent;

import java.time.Instant;
import java.util.Locale;

/**
 * A stored definition of an agent.
 *
 * @param definitionJson the metadata object in canonical form
 */
public record Version(
    String id,
    String agentId,
    String hash,
    Origin origin,
    String definitionJson,
    Instant createdAt) {

  /** How the definition became known. */
  public enum Origin {
    /** The application declared it. */
    INIT,
    /** It was seen in a call. */
    OBSERVED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
