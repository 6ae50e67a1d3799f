package dev.whyops.finding;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fault with the events that show it.
 *
 * @param id the same for the same fault, however often it is looked for
 * @param confidence 0-1; 1 where nothing is inferred
 * @param traceId null for a fault of a version
 * @param tool the tool it is about; null for none
 * @param path the place in its arguments; null for none
 * @param fingerprint the same for this kind of fault in all traces
 * @param count faults that it stands for; above 1 only for the rest past the cap
 * @param thresholds the numbers that the rule compared with
 */
public record Finding(
    String id,
    String code,
    Severity severity,
    double confidence,
    String title,
    @Nullable String traceId,
    @Nullable String agentName,
    @Nullable String agentId,
    @Nullable String versionId,
    @Nullable String tool,
    @Nullable String path,
    String fingerprint,
    int count,
    List<Ref> evidence,
    Recommendation recommendation,
    Map<String, Object> thresholds,
    Status status) {
  public Finding {
    evidence = List.copyOf(evidence);
    thresholds = Map.copyOf(thresholds);
  }

  /** A place that shows it. */
  public record Ref(String eventId, @Nullable String path) {}

  /** What to do about it. */
  public record Recommendation(String action, String detail) {}

  /** Whether anybody has decided about it. */
  public enum Status {
    OPEN,
    DISMISSED,
    SUPPRESSED;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding with(Status newStatus) {
    return new Finding(
        id,
        code,
        severity,
        confidence,
        title,
        traceId,
        agentName,
        agentId,
        versionId,
        tool,
        path,
        fingerprint,
        count,
        evidence,
        recommendation,
        thresholds,
        newStatus);
  }
}
