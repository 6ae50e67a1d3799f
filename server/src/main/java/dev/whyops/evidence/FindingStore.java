package dev.whyops.evidence;

import dev.whyops.audit.AuditNote;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Severity;
import dev.whyops.finding.Suppression;
import dev.whyops.finding.Thresholds;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceFaults;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what was found and what people decided about it. Thread-safe; may block. */
public interface FindingStore extends TraceFaults {
  /** A finding as it is kept. */
  record Kept(Finding finding, Instant foundAt) {}

  /**
   * Which findings of an agent, or of all agents; null means not filtered.
   *
   * @param foundTo not included
   */
  record Filter(
      @Nullable String agentId,
      @Nullable Severity severity,
      @Nullable String code,
      Finding.@Nullable Status status,
      @Nullable Instant foundFrom,
      @Nullable Instant foundTo) {
    public static final Filter ALL = new Filter(null, null, null, null, null, null);

    public static Filter found(@Nullable Instant from, @Nullable Instant to) {
      return new Filter(null, null, null, null, from, to);
    }

    public static Filter of(Severity severity) {
      return new Filter(null, severity, null, null, null, null);
    }
  }

  /** Rows that {@link #each} holds at a time. */
  int TOGETHER = 500;

  /** The row after which a page starts: newest first, ties by id. */
  record Position(Instant foundAt, String id) {}

  /**
   * What was found when a trace was looked at; takes the place of what was found in it before. What
   * somebody dismissed stays dismissed.
   */
  void replace(ProjectScope scope, String traceId, List<Finding> findings, Instant foundAt);

  /** The same for many traces, by id. */
  void replaceAll(ProjectScope scope, Map<String, List<Finding>> byTrace, Instant foundAt);

  /** Takes out what was found in or about a trace that is deleted. */
  void forget(ProjectScope scope, String traceId);

  /** Open findings of these traces, by trace. */
  Map<String, Map<Severity, Integer>> countsByTrace(
      ProjectScope scope, Collection<String> traceIds);

  /** Open findings by agent id. */
  Map<String, Map<Severity, Integer>> countsByAgent(ProjectScope scope);

  /** Newest first. */
  List<Kept> list(ProjectScope scope, Filter filter, @Nullable Position after, int limit);

  /** All of them, newest first, however many there are. */
  default void each(ProjectScope scope, Filter filter, Consumer<Kept> to) {
    Position after = null;
    List<Kept> page;
    do {
      page = list(scope, filter, after, TOGETHER);
      page.forEach(to);
      if (!page.isEmpty()) {
        after = new Position(page.getLast().foundAt(), page.getLast().finding().id());
      }
    } while (page.size() == TOGETHER);
  }

  /** What was found when this trace was looked at. */
  List<Kept> foundIn(ProjectScope scope, String traceId);

  Optional<Kept> find(ProjectScope scope, String findingId);

  /** False when there is no such finding. */
  boolean decide(
      ProjectScope scope,
      String findingId,
      Finding.Status status,
      @Nullable String reason,
      AuditNote note);

  List<Suppression> suppressions(ProjectScope scope);

  void insert(ProjectScope scope, Suppression suppression, AuditNote note);

  /** The numbers that the project's rules compare with. */
  Thresholds thresholds(ProjectScope scope);

  /** Takes the place of all that the project had set. */
  void saveThresholds(ProjectScope scope, Thresholds thresholds, AuditNote note);

  /** False when there is no such suppression. */
  boolean delete(ProjectScope scope, String suppressionId, AuditNote note);
}
