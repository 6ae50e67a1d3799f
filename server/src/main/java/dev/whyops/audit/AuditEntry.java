package dev.whyops.audit;

import java.time.Instant;
import java.util.Map;

/**
 * One line of a project's audit log.
 *
 * @param sequence 1, 2, 3 … without a gap within the project
 * @param hash SHA-256 in hex over the entry and the hash of the one before it
 */
public record AuditEntry(
    long sequence,
    Instant at,
    String actor,
    String actorLabel,
    String action,
    String target,
    Map<String, String> details,
    String hash) {
  public AuditEntry {
    details = Map.copyOf(details);
  }
}
