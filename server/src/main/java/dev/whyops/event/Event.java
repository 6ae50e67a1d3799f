package dev.whyops.event;

import dev.whyops.pricing.Cost;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.Usage;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One stored fact about a trace, whoever told it: the proxy, an SDK or OpenTelemetry.
 *
 * @param contentJson JSON text exactly as it is to be shown; {@code null} as text when absent
 * @param metadataJson a JSON object with everything that has no field of its own
 */
public record Event(
    UUID id,
    EventType type,
    ProjectId project,
    Environment environment,
    Source source,
    Agent agent,
    Place place,
    Instant timestamp,
    boolean clockSuspect,
    Facts facts,
    String contentJson,
    String metadataJson) {

  /** Status of an answer that somebody else told of: kept, but neither shown nor counted. */
  public static final String DUPLICATE = "duplicate";

  /**
   * What an OpenTelemetry span tells of the question whose answer it knows by the provider's id.
   */
  public boolean isQuestionOfSpan() {
    return type == EventType.USER_MESSAGE && source == Source.OTLP && facts.responseId() != null;
  }

  /** Whether somebody else's word on the same answer is the one that counts. */
  public boolean isDuplicate() {
    return facts.status().equals(DUPLICATE);
  }

  /** The same event as one that only repeats what another tells. */
  public Event asDuplicate() {
    return new Event(
        id,
        type,
        project,
        environment,
        source,
        agent,
        place,
        timestamp,
        clockSuspect,
        facts.withStatus(DUPLICATE),
        contentJson,
        metadataJson);
  }

  /** The same event saying something else. */
  public Event withTexts(String content, String metadata) {
    return new Event(
        id,
        type,
        project,
        environment,
        source,
        agent,
        place,
        timestamp,
        clockSuspect,
        facts,
        content,
        metadata);
  }

  /** Who told it. */
  public enum Source {
    PROXY,
    SDK,
    OTLP
  }

  /** Whose event; ids are null until the drain has resolved them. */
  public record Agent(String name, @Nullable String agentId, @Nullable String versionId) {}

  /** Where it stands: trace, thread, span and step. */
  public record Place(
      String traceId,
      String threadId,
      String spanId,
      @Nullable String parentSpanId,
      @Nullable Integer stepId,
      @Nullable Integer parentStepId,
      @Nullable String externalUserId) {}

  /**
   * What can be filtered and summed.
   *
   * @param status {@code ok}, {@code error}, {@code client_gone}, {@code truncated} or {@code
   *     server_lost}
   * @param continuity the rule that chose the trace of a proxied call
   * @param latencyUs microseconds; null when a stamp is missing, never 0 for unknown
   */
  public record Facts(
      @Nullable String provider,
      @Nullable String model,
      @Nullable String requestedModel,
      @Nullable String tool,
      @Nullable String toolCallId,
      @Nullable String responseId,
      @Nullable String finishReason,
      String status,
      @Nullable String continuity,
      @Nullable Usage usage,
      Cost cost,
      @Nullable Long latencyUs,
      @Nullable Long ttftUs,
      @Nullable Long overheadUs) {
    Facts withStatus(String other) {
      return new Facts(
          provider,
          model,
          requestedModel,
          tool,
          toolCallId,
          responseId,
          finishReason,
          other,
          continuity,
          usage,
          cost,
          latencyUs,
          ttftUs,
          overheadUs);
    }
  }
}
