package dev.whyops.finding;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision that findings like this are no news. What is null matches anything.
 *
 * @param expiresAt null for never
 */
public record Suppression(
    String id,
    String code,
    @Nullable String agent,
    @Nullable String tool,
    @Nullable String path,
    @Nullable String fingerprint,
    String reason,
    String author,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  public boolean covers(Finding finding, Instant now) {
    return (expiresAt == null || now.isBefore(expiresAt))
        && code.equals(finding.code())
        && fits(agent, finding.agentName())
        && fits(tool, finding.tool())
        && fits(path, finding.path())
        && fits(fingerprint, finding.fingerprint());
  }

  /** Marks what is covered; nothing is left out, so that it stays counted. */
  public static List<Finding> apply(
      List<Finding> findings, List<Suppression> suppressions, Instant now) {
    List<Finding> marked = new ArrayList<>(findings.size());
    for (Finding finding : findings) {
      boolean covered = suppressions.stream().anyMatch(s -> s.covers(finding, now));
      marked.add(
          covered && finding.status() == Finding.Status.OPEN
              ? finding.with(Finding.Status.SUPPRESSED)
              : finding);
    }
    return marked;
  }

  private static boolean fits(@Nullable String wanted, @Nullable String is) {
    return wanted == null || wanted.equals(is);
  }
}
