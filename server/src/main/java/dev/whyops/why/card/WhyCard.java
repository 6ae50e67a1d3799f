package dev.whyops.why.card;

import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.history.BaseRate;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.schema.SchemaVerdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Evidence about one decision. Each line says on what it rests; nothing is a model's opinion, but
 * for stated reasoning, which is labelled so.
 *
 * @param findings ids of findings that point at the event
 */
public record WhyCard(
    String eventId,
    String traceId,
    Coverage coverage,
    Body body,
    List<Line> lines,
    List<String> findings) {
  public static final int VERSION = 1;

  public WhyCard {
    lines = List.copyOf(lines);
    findings = List.copyOf(findings);
  }

  /** What the card is about. */
  public sealed interface Body {}

  /** An answer of a model. */
  public record AnswerBody(
      Decision decision,
      Options options,
      List<Provenance> provenance,
      ContextDiff context,
      @Nullable Reasoning reasoning,
      BaseRate baseRate,
      Sampling sampling)
      implements Body {}

  /** A use of a tool. */
  public record ToolBody(
      @Nullable String tool,
      @Nullable String callId,
      @Nullable String issuedBy,
      List<Provenance> provenance,
      @Nullable SchemaVerdict schema,
      @Nullable Double timeMs,
      @Nullable String timeBasis,
      List<UsedBy> usedBy,
      List<String> equalCallsBefore,
      @Nullable BaseRate errorRate)
      implements Body {}

  /** Something that went wrong. */
  public record ErrorBody(
      String source,
      String firstEventId,
      @Nullable String decisionEventId,
      List<String> retryChanged,
      @Nullable Boolean recovered,
      String fingerprint,
      long count,
      @Nullable Instant firstSeenAt,
      List<String> precedingChanges)
      implements Body {}

  /**
   * What was on record.
   *
   * @param capture {@code full}, {@code metadata}, {@code off} or {@code told}
   * @param missing parts that were not, such as {@code request}
   */
  public record Coverage(String capture, boolean partial, List<String> missing) {}

  public record Decision(
      Kind kind, List<Chosen> calls, @Nullable String finishReason, boolean truncated) {
    /** What kind of decision it was. */
    public enum Kind {
      TOOL_CALLS,
      ANSWER,
      REFUSAL,
      STOPPED
    }
  }

  /**
   * @param valid whether the arguments fit the schema; null when that is not known
   */
  public record Chosen(@Nullable String callId, String tool, @Nullable Boolean valid) {}

  /**
   * @param unknown tools that were called and had not been offered
   * @param forced the choice left the model no other way
   */
  public record Options(
      List<String> offered,
      List<String> chosen,
      List<String> unusedInTrace,
      List<String> neverUsedInVersion,
      List<String> unknown,
      @Nullable String toolChoice,
      boolean forced) {}

  /** What the model said about its reasons. */
  public record Reasoning(String text, String eventId) {}

  /**
   * @param changed parameters that differ from the call before
   */
  public record Sampling(
      @Nullable Double temperature,
      @Nullable String requestedModel,
      @Nullable String answeredModel,
      List<String> changed) {}

  /** A value of the result in something written later. */
  public record UsedBy(String eventId, String path, String resultPath) {}

  /** On what a line rests. */
  public enum Basis {
    OBSERVED,
    DERIVED,
    STATED,
    STATISTICAL
  }

  /** One sentence with the places that show it. */
  public record Line(String id, Basis basis, String text, List<Ref> refs) {}

  public record Ref(String eventId, @Nullable String path) {}
}
