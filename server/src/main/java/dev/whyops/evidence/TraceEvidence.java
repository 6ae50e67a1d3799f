package dev.whyops.evidence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.event.Event;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Findings;
import dev.whyops.finding.Thresholds;
import dev.whyops.finding.check.Checks;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import dev.whyops.why.context.ModelFacts;
import dev.whyops.why.view.Fact;
import dev.whyops.why.view.TraceViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads traces and infers what they prove. The last ones are kept as long as the trace is
 * unchanged, so that the views of one page cost one reading.
 *
 * <p>Thread-safe; may block.
 */
public final class TraceEvidence {
  /** Past this many events the rest of a trace is not looked at. */
  public static final int EVENTS_MAX = 20_000;

  private static final int PAGE = 1_000;

  /** Events of traces that are read in one go. */
  private static final int TOGETHER_MAX = 8_000;

  /** Of the heap, about: traces that are kept, with what was inferred of them. */
  static final int KEPT_BYTES_MAX =
      (int) Math.min(32L << 20, Runtime.getRuntime().maxMemory() / 12);

  /** Indexes have a size of their own, however little a trace says: measured. */
  private static final int TRACE_BYTES = 48 * 1024;

  /** A character as text, in its view and in the indexes. */
  private static final int CHAR_BYTES = 4;

  /**
   * Past this many characters, too, the rest of a trace is not looked at: what is inferred of them
   * has to fit the heap, beside the calls.
   */
  static final int CHARS_MAX = KEPT_BYTES_MAX / CHAR_BYTES;

  private final TraceReader reader;
  private final Histories histories;
  private final ModelFacts models;
  private final Function<ProjectScope, Thresholds> thresholds;
  private final Findings rules = new Findings(Checks.all());
  private final Cache<String, Kept> kept =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES_MAX)
          .<String, Kept>weigher((_, kept) -> kept.bytes())
          .build();

  private record Kept(String generation, KnownTrace trace) {
    int bytes() {
      long chars = 0;
      for (Fact fact : trace.view().facts()) {
        chars += TraceEvidence.chars(fact.event());
      }
      return TraceEvidence.bytes(chars);
    }
  }

  /** What a trace with so many characters takes; the largest stays until another one comes. */
  static int bytes(long chars) {
    return (int) Math.min(TRACE_BYTES + CHAR_BYTES * chars, KEPT_BYTES_MAX);
  }

  /**
   * @param thresholds what a project has set, asked for whenever a trace is read
   */
  public TraceEvidence(
      TraceReader reader,
      Histories histories,
      ModelFacts models,
      Function<ProjectScope, Thresholds> thresholds) {
    this.thresholds = thresholds;
    this.reader = reader;
    this.histories = histories;
    this.models = models;
  }

  /** The trace as it is now; empty when the project has none of that id. */
  public Optional<KnownTrace> of(ProjectScope scope, String traceId) {
    return reader
        .trace(scope, traceId, null, PAGE)
        .map(
            first -> {
              String key = scope.project().value() + " " + traceId;
              Thresholds compared = thresholds.apply(scope);
              String generation = generation(first.summary(), compared);
              Kept known = kept.getIfPresent(key);
              if (known != null && known.generation().equals(generation)) {
                return known.trace();
              }
              KnownTrace trace = infer(scope, first, compared);
              kept.put(key, new Kept(generation, trace));
              return trace;
            });
  }

  /**
   * Those of the traces that there are, as they are now. For whoever looks at many once: they are
   * read in one go and not kept.
   *
   * @return empty when they are too long to be held together
   */
  public Optional<List<KnownTrace>> whole(ProjectScope scope, Set<String> traceIds) {
    Thresholds compared = thresholds.apply(scope);
    return reader
        .whole(scope, traceIds, TOGETHER_MAX)
        .map(all -> all.stream().map(detail -> infer(scope, detail, compared)).toList());
  }

  /** Characters of content and metadata. */
  static int chars(Event event) {
    return event.contentJson().length() + event.metadataJson().length();
  }

  /** All events of a trace, or as many as may be looked at. */
  private List<Event> events(ProjectScope scope, TraceDetail first) {
    List<Event> events = new ArrayList<>();
    long chars = 0;
    Optional<TraceDetail> page = Optional.of(first);
    while (page.isPresent()) {
      for (Event event : page.get().events()) {
        chars += chars(event);
        if (!events.isEmpty() && (chars > CHARS_MAX || events.size() >= EVENTS_MAX)) {
          return events;
        }
        events.add(event);
      }
      @Nullable String cursor = page.get().nextEventCursor();
      page =
          cursor == null
              ? Optional.empty()
              : reader.trace(scope, first.summary().traceId(), cursor, PAGE);
    }
    return events;
  }

  private KnownTrace infer(ProjectScope scope, TraceDetail first, Thresholds compared) {
    List<Event> events = events(scope, first);
    TraceSummary summary = first.summary();
    boolean closed = !summary.status().equals("open") && !first.completeness().open();
    Evidence evidence =
        new Evidence(
            TraceViews.of(summary.traceId(), closed, events),
            () -> histories.of(scope, summary.agentVersionId()),
            () -> histories.before(scope, summary.agentVersionId()),
            models,
            compared);
    return new KnownTrace(summary, evidence, rules);
  }

  private static String generation(TraceSummary summary, Thresholds compared) {
    return summary.eventCount()
        + " "
        + summary.endedAt()
        + " "
        + summary.status()
        + " "
        + compared.overrides();
  }
}
