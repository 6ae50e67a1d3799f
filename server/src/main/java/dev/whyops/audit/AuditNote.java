package dev.whyops.audit;

import java.util.Map;

/**
 * A change that is about to be made; stored in one transaction with the change itself.
 *
 * @param actor user id, key id, or {@code system}
 * @param actorLabel the person's e-mail or the key's name at that time
 * @param action {@code provider.created} and the like: noun, dot, past participle
 * @param target id of what was changed
 * @param details names and plain values, never a secret
 */
public record AuditNote(
    String actor, String actorLabel, String action, String target, Map<String, String> details) {
  public AuditNote {
    details = Map.copyOf(details);
  }

  /** A change that the installation makes by itself. */
  public static AuditNote system(String action, String target) {
    return new AuditNote("system", "system", action, target, Map.of());
  }
}
