package dev.whyops.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.whyops.event.Event;
import dev.whyops.pricing.Cost;
import dev.whyops.pricing.Formula;
import dev.whyops.pricing.PriceBook;
import dev.whyops.provider.Usage;
import dev.whyops.trace.TraceDetail;
import dev.whyops.trace.TraceSummary;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Traces and events in the shape of the contract; nothing is computed here but units. */
final class TraceJson {
  private TraceJson() {}

  /** A sum of costs, with how far it can be trusted. */
  record CostSum(@Nullable String usd, String kind) {
    static CostSum of(@Nullable Long nanoUsd, String kind) {
      return new CostSum(Usd.text(nanoUsd), kind.toLowerCase(Locale.ROOT));
    }
  }

  /** How many findings of each severity. */
  record FindingCounts(int critical, int high, int medium, int low) {}

  /** One row of the trace list. */
  record Item(
      String traceId,
      String threadId,
      String agentName,
      @Nullable String agentVersionId,
      String environment,
      @Nullable String externalUserId,
      String status,
      Instant startedAt,
      Instant endedAt,
      long durationMs,
      List<String> models,
      int llmCalls,
      int toolCalls,
      int eventCount,
      int errorCount,
      TraceSummary.Tokens tokens,
      CostSum cost,
      FindingCounts findings,
      String preview) {
    static Item of(TraceSummary trace, FindingCounts findings) {
      return new Item(
          trace.traceId(),
          trace.threadId(),
          trace.agentName(),
          trace.agentVersionId(),
          trace.environment().name(),
          trace.externalUserId(),
          trace.status(),
          trace.startedAt(),
          trace.endedAt(),
          trace.durationMs(),
          trace.models(),
          trace.llmCalls(),
          trace.toolCalls(),
          trace.eventCount(),
          trace.errorCount(),
          trace.tokens(),
          CostSum.of(trace.costNanoUsd(), trace.costKind()),
          findings,
          trace.preview());
    }
  }

  /** A trace with a page of its events. */
  record Detail(
      @JsonUnwrapped Item item,
      List<String> versions,
      TraceDetail.Completeness completeness,
      List<EventItem> events,
      @Nullable String nextEventCursor) {}

  /** Tokens of one call in disjoint classes, as its provider's rule classed them. */
  record UsageItem(
      @Nullable Long input,
      @Nullable Long cacheRead,
      @Nullable Long cacheWrite5m,
      @Nullable Long cacheWrite1h,
      @Nullable Long output,
      @Nullable Long reasoning,
      @Nullable Long inputAudio,
      @Nullable Long inputImage,
      @Nullable Long cacheReadAudio,
      @Nullable Long cacheReadImage,
      @Nullable Long outputAudio,
      @Nullable Long outputImage,
      long total,
      String rule,
      boolean inconsistent) {
    static @Nullable UsageItem of(@Nullable Usage usage) {
      return usage == null
          ? null
          : new UsageItem(
              usage.input(),
              usage.cacheRead(),
              usage.cacheWrite5m(),
              usage.cacheWrite1h(),
              usage.output(),
              usage.reasoning(),
              usage.media().inputAudio(),
              usage.media().inputImage(),
              usage.media().cacheReadAudio(),
              usage.media().cacheReadImage(),
              usage.media().outputAudio(),
              usage.media().outputImage(),
              usage.total(),
              usage.rule(),
              usage.inconsistent());
    }
  }

  /**
   * Money for one call and where the figure comes from.
   *
   * @param formula tokens of each class times their price; empty when nothing was computed, or when
   *     the row says other prices now than when the call was priced
   */
  record CostItem(
      @Nullable String usd,
      String kind,
      @Nullable String rowId,
      int bookVersion,
      List<FormulaLine> formula,
      @Nullable String reportedUsd) {
    static CostItem of(Event event, PriceBook book) {
      Cost cost = event.facts().cost();
      return new CostItem(
          Usd.text(cost.nanoUsd()),
          cost.kind().name().toLowerCase(Locale.ROOT),
          cost.rowId(),
          cost.bookVersion(),
          CostFormula.of(event, book).stream().map(FormulaLine::of).toList(),
          Usd.text(cost.reportedNanoUsd()));
    }
  }

  /** One class of tokens in a formula; {@code usd} is exact, not rounded. */
  record FormulaLine(
      @JsonProperty("class") String tokenClass, long tokens, String usdPerMillion, String usd) {
    static FormulaLine of(Formula.Line line) {
      return new FormulaLine(
          line.tokenClass().wireName(), line.tokens(), line.usdPerMillion(), line.usd());
    }
  }

  /** One event; content and metadata are passed on as the text that is stored. */
  record EventItem(
      String id,
      String eventType,
      String source,
      String agentName,
      @Nullable String agentVersionId,
      String spanId,
      @Nullable String parentSpanId,
      @Nullable Integer stepId,
      @Nullable Integer parentStepId,
      Instant timestamp,
      boolean clockSuspect,
      @Nullable Double latencyMs,
      @Nullable Double ttftMs,
      @Nullable Double overheadMs,
      @Nullable String model,
      @Nullable String requestedModel,
      @Nullable String provider,
      @Nullable String tool,
      @Nullable String toolCallId,
      @Nullable String responseId,
      @Nullable UsageItem usage,
      CostItem cost,
      @Nullable String finishReason,
      String status,
      @Nullable String continuity,
      @JsonRawValue String content,
      @JsonRawValue String metadata) {
    static EventItem of(Event event, PriceBook book) {
      Event.Place place = event.place();
      Event.Facts facts = event.facts();
      return new EventItem(
          event.id().toString(),
          event.type().wireName(),
          event.source().name().toLowerCase(Locale.ROOT),
          event.agent().name(),
          event.agent().versionId(),
          place.spanId(),
          place.parentSpanId(),
          place.stepId(),
          place.parentStepId(),
          event.timestamp(),
          event.clockSuspect(),
          millis(facts.latencyUs()),
          millis(facts.ttftUs()),
          millis(facts.overheadUs()),
          facts.model(),
          facts.requestedModel(),
          facts.provider(),
          facts.tool(),
          facts.toolCallId(),
          facts.responseId(),
          UsageItem.of(facts.usage()),
          CostItem.of(event, book),
          facts.finishReason(),
          facts.status(),
          facts.continuity(),
          event.contentJson(),
          event.metadataJson());
    }
  }

  static @Nullable Double millis(@Nullable Long micros) {
    return micros == null ? null : micros / 1_000.0;
  }
}
