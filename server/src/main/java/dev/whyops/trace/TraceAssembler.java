package dev.whyops.trace;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.record.Landed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the stored events of one trace into the trace: order, parents, what was captured twice,
 * completeness and status. Pure; iterative, so depth and cycles cost no stack; linear but for the
 * sorting.
 *
 * <p>Parents come from ids alone: the explicit span, the span of the parent step, the model call
 * that issued the answered tool call. Never from names or times.
 */
public final class TraceAssembler {

  private TraceAssembler() {}

  /** The trace in display order. */
  public record Assembled(
      List<Landed> ordered,
      List<String> versions,
      TraceDetail.Completeness completeness,
      TraceSummary summary) {
    public Assembled {
      ordered = List.copyOf(ordered);
      versions = List.copyOf(versions);
    }
  }

  /**
   * @param stored all events of one trace, in any order; contents are looked at for the ids of
   *     issued tool calls and for the preview only
   * @param idleSince a trace of which something was received later is open
   */
  public static Assembled assemble(List<Landed> stored, Instant idleSince, boolean truncated) {
    List<Landed> ordered = new ArrayList<>(stored);
    ordered.sort(
        Comparator.comparing(TraceAssembler::at)
            .thenComparingLong(Landed::seq)
            .thenComparingInt(Landed::ordinal));
    Told told = onceEach(ordered);
    ordered = told.shown();
    Parents parents = new Parents(told);
    List<Landed> linked = new ArrayList<>(ordered.size());
    Set<String> versions = new LinkedHashSet<>();
    for (int i = 0; i < ordered.size(); i++) {
      Event event = ordered.get(i).event();
      linked.add(withParent(ordered.get(i), parents.of(i)));
      if (event.agent().versionId() != null) {
        versions.add(event.agent().versionId());
      }
    }
    TraceSummary summary = Summing.sum(linked, idleSince);
    return new Assembled(
        linked,
        List.copyOf(versions),
        new TraceDetail.Completeness(summary.status().equals("open"), parents.orphans(), truncated),
        summary);
  }

  static Instant at(Landed landed) {
    return landed.event().clockSuspect() ? landed.receivedAt() : landed.event().timestamp();
  }

  /** What is shown, and what others told of the same answers. */
  record Told(List<Landed> shown, List<Landed> repeated) {}

  /**
   * One answer of a provider may be told by the proxy and by an SDK or OpenTelemetry: the proxy's
   * word wins, else the first. What the proxy saw twice did happen twice, whatever its id. The
   * question of a span whose answer the proxy told is the one that the proxy told.
   */
  private static Told onceEach(List<Landed> ordered) {
    Set<String> told = new HashSet<>();
    for (Landed landed : ordered) {
      if (isAnswer(landed) && landed.event().source() == Event.Source.PROXY) {
        told.add(landed.event().facts().responseId());
      }
    }
    Set<String> relayed = Set.copyOf(told);
    Told result = new Told(new ArrayList<>(ordered.size()), new ArrayList<>());
    for (Landed landed : ordered) {
      Event event = landed.event();
      boolean repeats =
          event.isDuplicate()
              || event.isQuestionOfSpan() && relayed.contains(event.facts().responseId())
              || isAnswer(landed)
                  && event.source() != Event.Source.PROXY
                  && !told.add(event.facts().responseId());
      (repeats ? result.repeated() : result.shown()).add(landed);
    }
    return result;
  }

  /** An answer with the id that its provider gave it. */
  private static boolean isAnswer(Landed landed) {
    return landed.event().type() == EventType.LLM_RESPONSE
        && landed.event().facts().responseId() != null;
  }

  private static Landed withParent(Landed landed, @Nullable String parentSpan) {
    Event e = landed.event();
    Event.Place p = e.place();
    if (Objects.equals(parentSpan, p.parentSpanId())) {
      return landed;
    }
    Event.Place place =
        new Event.Place(
            p.traceId(),
            p.threadId(),
            p.spanId(),
            parentSpan,
            p.stepId(),
            p.parentStepId(),
            p.externalUserId());
    return new Landed(
        landed.seq(),
        landed.ordinal(),
        landed.receivedAt(),
        new Event(
            e.id(),
            e.type(),
            e.project(),
            e.environment(),
            e.source(),
            e.agent(),
            place,
            e.timestamp(),
            e.clockSuspect(),
            e.facts(),
            e.contentJson(),
            e.metadataJson()));
  }
}
