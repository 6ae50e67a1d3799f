package dev.whyops.event;

import dev.whyops.auth.Caller;
import dev.whyops.event.RawEvent.Kind;
import dev.whyops.event.RawEvent.Value;
import dev.whyops.pricing.Cost;
import dev.whyops.provider.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Judges one event by the rules of the contract. All faults of an event are noted on it; only an
 * event without any is made.
 */
final class EventValidator {
  private static final Set<String> KNOWN_FIELDS =
      Set.of(
          "eventType",
          "traceId",
          "agentName",
          "entityName",
          "threadId",
          "spanId",
          "parentSpanId",
          "stepId",
          "parentStepId",
          "externalUserId",
          "eventId",
          "idempotencyKey",
          "timestamp",
          "content",
          "metadata");
  private static final Set<String> KNOWN_METADATA =
      Set.of(
          "tool",
          "model",
          "provider",
          "usage",
          "latencyMs",
          "systemPrompt",
          "tools",
          "params",
          "finishReason");
  private static final Set<EventType> TOOL_EVENTS =
      Set.of(EventType.TOOL_CALL_REQUEST, EventType.TOOL_CALL_RESPONSE, EventType.TOOL_RESULT);
  private static final Set<EventType> MODEL_EVENTS =
      Set.of(EventType.LLM_RESPONSE, EventType.EMBEDDING_RESPONSE);

  private final RawEvent raw;
  private final Caller caller;
  private final Instant now;

  private EventValidator(RawEvent raw, Caller caller, Instant now) {
    this.raw = raw;
    this.caller = caller;
    this.now = now;
  }

  /**
   * An event that keeps the rules.
   *
   * @param split it was a {@code tool_call}: request and response in one
   * @param eventIdGiven the client named it, so another one with that name is a repetition
   */
  record Valid(Event event, boolean split, boolean eventIdGiven, @Nullable String idempotencyKey) {}

  /** Null when the event has faults. */
  static @Nullable Valid validate(RawEvent raw, Caller caller, Instant now) {
    return new EventValidator(raw, caller, now).validate();
  }

  private @Nullable Valid validate() {
    if (!raw.faults.isEmpty()) {
      return null;
    }
    if (raw.bytes > IngestLimits.EVENT_BYTES_MAX) {
      raw.fault("", "is larger than 1 MiB", "event_too_large");
      return null;
    }
    String wireType = required("eventType");
    boolean split = wireType.equals("tool_call");
    EventType type = split ? EventType.TOOL_CALL_REQUEST : type(wireType);
    String traceId = id("traceId", required("traceId"));
    String agent = agentName();
    Value metadata = raw.fields.get("metadata");
    if (metadata != null && metadata.kind() != Kind.OBJECT && metadata.kind() != Kind.NULL) {
      raw.fault("metadata", "must be an object", "bad_type");
    }
    UUID eventId = eventId();
    String key = idempotencyKey();
    Instant timestamp = timestamp();
    String threadId = optionalId("threadId");
    String spanId = optionalId("spanId");
    Event.Place place =
        new Event.Place(
            traceId,
            threadId == null ? traceId : threadId,
            spanId == null ? randomSpan() : spanId,
            optionalId("parentSpanId"),
            step("stepId"),
            step("parentStepId"),
            externalUser());
    Event.Facts facts = facts(type, wireType);
    String metadataJson = metadataJson();
    if (!raw.faults.isEmpty()) {
      return null;
    }
    Value content = raw.fields.get("content");
    Event event =
        new Event(
            eventId == null ? randomId() : eventId,
            type,
            caller.project(),
            caller.environment(),
            Event.Source.SDK,
            new Event.Agent(agent, null, null),
            place,
            timestamp,
            FieldRules.isClockSuspect(timestamp, now),
            facts,
            content == null ? "null" : content.json(),
            metadataJson);
    return new Valid(event, split, eventId != null, key);
  }

  private String required(String name) {
    String text = raw.text(raw.fields, "", name);
    if (text == null && !hasFault(name)) {
      raw.fault(name, "is required", "required");
    }
    return text == null ? "" : text;
  }

  private boolean hasFault(String field) {
    return raw.faults.stream().anyMatch(f -> f.field().equals(field));
  }

  private EventType type(String wireType) {
    Optional<EventType> type = EventType.ofWireName(wireType);
    if (type.isEmpty() && !hasFault("eventType")) {
      raw.fault("eventType", "is no event type of the contract", "unknown_event_type");
    }
    return type.orElse(EventType.SYSTEM_MESSAGE);
  }

  private String agentName() {
    String name = raw.text(raw.fields, "", "agentName");
    if (name == null || name.isBlank()) {
      name = raw.text(raw.fields, "", "entityName");
    }
    if (name == null || name.isBlank()) {
      name = caller.defaultAgent();
    }
    if (name == null) {
      if (!hasFault("agentName")) {
        raw.fault("agentName", "is required", "required");
      }
      return "";
    }
    if (!FieldRules.isName(name)) {
      raw.fault(
          "agentName", "must be 1-255 characters without control or bidi characters", "bad_name");
    }
    return name;
  }

  private String id(String field, String id) {
    if (!id.isEmpty() && !FieldRules.isId(id) || id.isEmpty() && !hasFault(field)) {
      raw.fault(field, "must be 1-200 visible ASCII characters, not . or ..", "bad_id");
    }
    return id;
  }

  private @Nullable String optionalId(String field) {
    String id = raw.text(raw.fields, "", field);
    return id == null ? null : id(field, id);
  }

  private @Nullable String externalUser() {
    String user = raw.text(raw.fields, "", "externalUserId");
    if (user != null && !FieldRules.isName(user)) {
      raw.fault(
          "externalUserId",
          "must be 1-255 characters without control or bidi characters",
          "bad_name");
    }
    return user;
  }

  private @Nullable Integer step(String field) {
    Value value = raw.fields.get(field);
    if (value == null || value.kind() == Kind.NULL) {
      return null;
    }
    if (value.kind() == Kind.NUMBER && value.text().matches("[1-9][0-9]{0,9}")) {
      long step = Long.parseLong(value.text());
      if (step <= Integer.MAX_VALUE) {
        return (int) step;
      }
    }
    raw.fault(field, "must be a positive integer", "bad_step");
    return null;
  }

  private @Nullable UUID eventId() {
    String text = raw.text(raw.fields, "", "eventId");
    if (text == null) {
      return null;
    }
    try {
      if (text.length() == 36) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException e) {
      // told below, together with wrong lengths
    }
    raw.fault("eventId", "must be a UUID", "bad_event_id");
    return null;
  }

  private @Nullable String idempotencyKey() {
    String key = raw.text(raw.fields, "", "idempotencyKey");
    if (key != null && !FieldRules.isIdempotencyKey(key)) {
      raw.fault(
          "idempotencyKey",
          "must be 1-128 characters without control characters",
          "bad_idempotency_key");
    }
    return key;
  }

  private Instant timestamp() {
    Value value = raw.fields.get("timestamp");
    if (value == null || value.kind() == Kind.NULL) {
      return now;
    }
    Optional<Instant> at =
        switch (value.kind()) {
          case TEXT -> FieldRules.isoTime(value.text());
          case NUMBER -> FieldRules.epochMillis(value.text());
          case BOOLEAN, NULL, OBJECT, ARRAY -> Optional.empty();
        };
    if (at.isEmpty()) {
      raw.fault(
          "timestamp",
          "must be ISO 8601 with Z or an offset, or epoch milliseconds, in the years 0-9999",
          "bad_timestamp");
    }
    return at.orElse(now);
  }

  private Event.Facts facts(EventType type, String wireType) {
    String tool = label("tool", TOOL_EVENTS.contains(type) || wireType.equals("tool_call"));
    String model = label("model", MODEL_EVENTS.contains(type));
    String provider = label("provider", MODEL_EVENTS.contains(type));
    Usage usage = SdkUsage.read(raw);
    Long latencyUs = latencyUs();
    ContentIds ids = ContentIds.of(type, raw);
    boolean failed = type == EventType.ERROR || ids.isError();
    return new Event.Facts(
        provider,
        model,
        model,
        tool,
        ids.toolCallId(),
        ids.responseId(),
        label("finishReason", false),
        failed ? "error" : "ok",
        null,
        usage,
        Cost.NONE,
        latencyUs,
        null,
        null);
  }

  /** A short name in the metadata. */
  private @Nullable String label(String name, boolean required) {
    String text = raw.text(raw.metadata, "metadata.", name);
    if (text == null || text.isBlank()) {
      if (required && !hasFault("metadata." + name)) {
        raw.fault("metadata." + name, "is required for this event type", "required");
      }
      return null;
    }
    if (!FieldRules.isName(text)) {
      raw.fault(
          "metadata." + name,
          "must be 1-255 characters without control or bidi characters",
          "bad_name");
    }
    return text;
  }

  private @Nullable Long latencyUs() {
    Value value = raw.metadata.get("latencyMs");
    if (value == null || value.kind() == Kind.NULL) {
      return null;
    }
    if (value.kind() == Kind.NUMBER) {
      BigDecimal ms = new BigDecimal(value.text());
      if (ms.signum() >= 0 && ms.compareTo(BigDecimal.valueOf(1L << 40)) < 0) {
        return ms.movePointRight(3).longValue();
      }
    }
    raw.fault("metadata.latencyMs", "must be a number from 0", "bad_latency");
    return null;
  }

  /** The metadata as it came, with fields of the event that the contract does not name. */
  private String metadataJson() {
    StringBuilder json = new StringBuilder("{");
    Extras extras = new Extras();
    for (Map.Entry<String, Value> member : raw.metadata.entrySet()) {
      append(json, member);
      extras.add(KNOWN_METADATA, member);
    }
    for (Map.Entry<String, Value> field : raw.fields.entrySet()) {
      if (!KNOWN_FIELDS.contains(field.getKey()) && !raw.metadata.containsKey(field.getKey())) {
        append(json, field);
        extras.add(Set.of(), field);
      }
    }
    if (extras.names > IngestLimits.EXTRA_METADATA_NAMES_MAX
        || extras.chars > IngestLimits.EXTRA_METADATA_BYTES_MAX) {
      raw.fault(
          "metadata",
          "members beyond those of the contract may be 256 and 64 KiB together",
          "metadata_too_large");
    }
    return json.append('}').toString();
  }

  /** Counts what the contract does not name. */
  private static final class Extras {
    private int names;
    private long chars;

    void add(Set<String> known, Map.Entry<String, Value> member) {
      if (!known.contains(member.getKey())) {
        names++;
        chars += member.getKey().length() + member.getValue().json().length();
      }
    }
  }

  private static void append(StringBuilder json, Map.Entry<String, Value> member) {
    if (json.length() > 1) {
      json.append(',');
    }
    json.append(JsonNames.quote(member.getKey())).append(':').append(member.getValue().json());
  }

  private static String randomSpan() {
    return String.format(Locale.ROOT, "%016x", ThreadLocalRandom.current().nextLong());
  }

  /** Time-ordered, version 7. */
  private UUID randomId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = now.toEpochMilli() << 16 | 0x7000 | random.nextInt(0x1000);
    long low = random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
