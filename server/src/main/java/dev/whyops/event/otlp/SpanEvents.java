package dev.whyops.event.otlp;

import dev.whyops.auth.Caller;
import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.FieldRules;
import dev.whyops.json.Json;
import dev.whyops.pricing.Cost;
import dev.whyops.provider.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the events of one span: an inference becomes what was asked and answered, a tool its call
 * and result, an exception an error, anything else a message that keeps its place in the tree.
 */
final class SpanEvents {
  private static final Duration PAST_MAX = Duration.ofDays(30);
  private static final Duration FUTURE_MAX = Duration.ofMinutes(10);

  private final OtlpSpan span;
  private final Caller caller;
  private final Instant now;
  private final boolean counts;
  private final UUID base;
  private final List<Event> events = new ArrayList<>();

  /**
   * @param counts false for an inference that only wraps another one: its usage is the sum of what
   *     is counted there
   * @param base the id from which those of the events follow
   */
  SpanEvents(OtlpSpan span, Caller caller, Instant now, boolean counts, UUID base) {
    this.span = span;
    this.caller = caller;
    this.now = now;
    this.counts = counts;
    this.base = base;
  }

  List<Event> make() {
    SpanMessages messages = new SpanMessages(span);
    switch (SpanKind.of(span)) {
      case INFERENCE -> {
        add(EventType.USER_MESSAGE, span.startNs(), askedFacts(messages), messages.asked());
        Said said = messages.answered();
        add(EventType.LLM_RESPONSE, span.endNs(), modelFacts(messages, said), said.json());
      }
      case EMBEDDING -> {
        add(EventType.EMBEDDING_REQUEST, span.startNs(), plainFacts(null), messages.asked());
        Said none = new Said("null", List.of(), null);
        add(EventType.EMBEDDING_RESPONSE, span.endNs(), modelFacts(messages, none), "{}");
      }
      case TOOL -> {
        String tool = span.text(Names.TOOL).orElse(span.name());
        add(
            EventType.TOOL_CALL_REQUEST,
            span.startNs(),
            plainFacts(tool),
            tool(Names.TOOL_ARGUMENTS, "arguments"));
        add(
            EventType.TOOL_CALL_RESPONSE,
            span.endNs(),
            toolFacts(tool),
            tool(Names.TOOL_RESULT, "result"));
      }
      case OTHER ->
          add(
              EventType.AGENT_MESSAGE,
              span.endNs(),
              toolFacts(null),
              Json.mapper().writeValueAsString(Map.of("span", span.name())));
    }
    for (OtlpSpan.SpanEvent event : span.events()) {
      if (event.name().equals("exception")) {
        addException(event);
      }
    }
    return events;
  }

  private void addException(OtlpSpan.SpanEvent event) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put(
        "message", event.attributes().getOrDefault("exception.message", span.statusMessage()));
    content.put("type", event.attributes().getOrDefault("exception.type", ""));
    content.put("stack", event.attributes().getOrDefault("exception.stacktrace", ""));
    content.put("source", "otlp");
    Event.Facts facts = facts(null, null, null, "error", null, Cost.NONE, null);
    add(
        EventType.ERROR,
        event.timeNs() == 0 ? span.endNs() : event.timeNs(),
        facts,
        Json.mapper().writeValueAsString(content));
  }

  private String tool(String[] names, String member) {
    String value = span.first(names).map(SpanMessages::json).orElse("null");
    String id =
        span.text(Names.TOOL_CALL_ID).map(t -> Json.mapper().writeValueAsString(t)).orElse("null");
    return "{\"toolCallId\":" + id + ",\"" + member + "\":" + value + "}";
  }

  private Event.Facts plainFacts(@Nullable String tool) {
    return facts(tool, null, null, "ok", null, Cost.NONE, null);
  }

  /** With the answer's id, as the proxy may have told both. */
  private Event.Facts askedFacts(SpanMessages messages) {
    String responseId = messages.responseId().orElse(null);
    return facts(null, responseId, null, "ok", null, Cost.NONE, null);
  }

  private Event.Facts toolFacts(@Nullable String tool) {
    return facts(tool, null, null, status(), null, Cost.NONE, latencyUs());
  }

  private Event.Facts modelFacts(SpanMessages messages, Said said) {
    Usage usage = counts ? OtelUsage.read(span) : null;
    String finish =
        span.first("gen_ai.response.finish_reasons", "gen_ai.completion.0.finish_reason")
            .map(v -> v instanceof List<?> list && !list.isEmpty() ? list.getFirst() : v)
            .map(String::valueOf)
            .orElse(said.finish());
    return facts(
        null, messages.responseId().orElse(null), finish, status(), usage, cost(), latencyUs());
  }

  private Event.Facts facts(
      @Nullable String tool,
      @Nullable String responseId,
      @Nullable String finish,
      String status,
      @Nullable Usage usage,
      Cost cost,
      @Nullable Long latencyUs) {
    boolean model = finish != null || responseId != null || usage != null;
    boolean inference = model || SpanKind.of(span) == SpanKind.INFERENCE && tool == null;
    return new Event.Facts(
        inference ? span.text(Names.PROVIDER).orElse(null) : null,
        inference ? span.text(Names.MODEL).orElse(null) : null,
        inference ? span.text(Names.REQUESTED_MODEL).orElse(null) : null,
        tool,
        tool == null ? null : span.text(Names.TOOL_CALL_ID).orElse(null),
        responseId,
        finish,
        status,
        null,
        usage,
        cost,
        latencyUs,
        null,
        null);
  }

  private String status() {
    return span.statusCode() == 2 ? "error" : "ok";
  }

  private Cost cost() {
    String usd = counts ? span.text(Names.COST).orElse(null) : null;
    if (usd == null) {
      return Cost.NONE;
    }
    try {
      long nano =
          new BigDecimal(usd)
              .movePointRight(9)
              .setScale(0, RoundingMode.HALF_EVEN)
              .longValueExact();
      return new Cost(nano, Cost.Kind.REPORTED, null, 0, nano);
    } catch (ArithmeticException | NumberFormatException e) {
      return Cost.NONE;
    }
  }

  private @Nullable Long latencyUs() {
    return span.startNs() <= 0 || span.endNs() < span.startNs()
        ? null
        : Long.valueOf((span.endNs() - span.startNs()) / 1_000);
  }

  private void add(EventType type, long timeNs, Event.Facts facts, String contentJson) {
    Instant at = timeNs <= 0 ? now : Instant.ofEpochSecond(0, timeNs);
    int ordinal = events.size();
    events.add(
        new Event(
            new UUID(base.getMostSignificantBits(), base.getLeastSignificantBits() + ordinal),
            type,
            caller.project(),
            caller.environment(),
            Event.Source.OTLP,
            new Event.Agent(agent(), null, null),
            new Event.Place(
                span.traceId(), thread(), span.spanId(), span.parentId(), null, null, user()),
            at,
            at.isBefore(now.minus(PAST_MAX)) || at.isAfter(now.plus(FUTURE_MAX)),
            facts,
            contentJson,
            ordinal == 0 ? metadata() : "{}"));
  }

  private String agent() {
    String name = span.text(Names.AGENT).orElse(null);
    if (name == null) {
      Object service = span.resource().get("service.name");
      name = service == null ? caller.defaultAgent() : service.toString();
    }
    return name != null && FieldRules.isName(name) ? name : "unknown";
  }

  private String thread() {
    return span.text(Names.THREAD).filter(FieldRules::isId).orElse(span.traceId());
  }

  private @Nullable String user() {
    return span.text(Names.USER).filter(FieldRules::isName).orElse(null);
  }

  /** Everything that was said, as it was said. */
  private String metadata() {
    Map<String, Object> attributes = new LinkedHashMap<>();
    span.attributes().forEach((name, value) -> attributes.put(name, SpanMessages.plain(value)));
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("span", span.name());
    metadata.put("scope", span.scope());
    metadata.put("attributes", attributes);
    String json = Json.mapper().writeValueAsString(metadata);
    String system = new SpanMessages(span).system().orElse(null);
    return system == null
        ? json
        : json.substring(0, json.length() - 1) + ",\"system\":" + system + "}";
  }
}
