package dev.whyops.event.otlp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One span, whichever encoding brought it. Values of attributes are strings, longs, doubles,
 * booleans, byte arrays, lists and maps of these.
 *
 * @param traceId hex, as sent
 * @param parentId hex; null for a root
 * @param resource attributes of what sent it
 * @param statusCode 0 unset, 1 ok, 2 error
 * @param faults why it cannot be taken; empty for a good one
 */
record OtlpSpan(
    String traceId,
    String spanId,
    @Nullable String parentId,
    String name,
    String scope,
    long startNs,
    long endNs,
    Map<String, Object> attributes,
    Map<String, Object> resource,
    List<SpanEvent> events,
    int statusCode,
    String statusMessage,
    List<String> faults) {
  private static final int BYTES_VALUE_MAX = 64 * 1024;
  private static final long COUNT_MAX = 1_000_000_000_000L;

  OtlpSpan {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    resource = Collections.unmodifiableMap(resource); // one for many spans, so no copy
    events = List.copyOf(events);
    faults = List.copyOf(faults);
  }

  OtlpSpan withScope(String name) {
    return new OtlpSpan(
        traceId,
        spanId,
        parentId,
        this.name,
        name,
        startNs,
        endNs,
        attributes,
        resource,
        events,
        statusCode,
        statusMessage,
        faults);
  }

  /** Something that happened within the span. */
  record SpanEvent(String name, long timeNs, Map<String, Object> attributes) {
    SpanEvent {
      attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
  }

  /** The first of these attributes that is there and not empty. */
  Optional<Object> first(String... names) {
    for (String name : names) {
      Object value = attributes.get(name);
      if (value != null && !value.equals("")) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  Optional<String> text(String... names) {
    return first(names)
        .filter(v -> !(v instanceof Map) && !(v instanceof List))
        .map(String::valueOf);
  }

  Optional<Long> count(String... names) {
    return first(names).flatMap(OtlpSpan::count);
  }

  /** What cannot be a number of tokens is none: sums of them have to fit. */
  static Optional<Long> count(Object value) {
    return number(value).filter(n -> n >= 0 && n <= COUNT_MAX);
  }

  private static Optional<Long> number(Object value) {
    try {
      return switch (value) {
        case Long n -> Optional.of(n);
        case Double d when d == Math.rint(d) -> Optional.of(d.longValue());
        case String s -> Optional.of(Long.parseLong(s.strip()));
        default -> Optional.empty();
      };
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Rules that are the same in both encodings. */
  static void check(
      String traceId,
      String spanId,
      long endNs,
      Map<String, Object> attributes,
      List<String> faults) {
    if (!traceId.matches("[0-9a-f]{32}") || traceId.matches("0+")) {
      faults.add("trace id must be 16 bytes, not all zero");
    }
    if (!spanId.matches("[0-9a-f]{16}") || spanId.matches("0+")) {
      faults.add("span id must be 8 bytes, not all zero");
    }
    if (endNs <= 0) {
      faults.add("end time is missing");
    }
    attributes.forEach(
        (name, value) -> {
          if (value instanceof byte[] bytes && bytes.length > BYTES_VALUE_MAX) {
            faults.add("bytes of attribute are longer than 64 KiB");
          }
        });
  }
}
