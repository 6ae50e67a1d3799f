package dev.whyops.dashboard;

import dev.whyops.http.ApiException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the contract says about one query parameter.
 *
 * @param allowed the only values, or empty for any
 * @param time it is an ISO 8601 time
 * @param whole it is a whole number between {@code min} and {@code max}
 */
record QueryRule(
    String name,
    boolean required,
    Set<String> allowed,
    boolean time,
    boolean whole,
    long min,
    long max,
    int minLength,
    int maxLength,
    @Nullable Pattern pattern) {

  static QueryRule of(JsonNode parameter, JsonNode document) {
    JsonNode schema = parameter.get("schema");
    String ref = schema.path("$ref").asString("");
    if (!ref.isEmpty()) {
      schema = document.at(ref.substring(1));
    }
    String pattern = schema.path("pattern").asString("");
    return new QueryRule(
        parameter.get("name").asString(),
        parameter.path("required").asBoolean(false),
        schema
            .path("enum")
            .valueStream()
            .map(JsonNode::asString)
            .collect(Collectors.toUnmodifiableSet()),
        schema.path("format").asString("").equals("date-time"),
        schema.path("type").asString("").equals("integer"),
        schema.path("minimum").asLong(Long.MIN_VALUE),
        schema.path("maximum").asLong(Long.MAX_VALUE),
        schema.path("minLength").asInt(0),
        schema.path("maxLength").asInt(1024),
        pattern.isEmpty() ? null : Pattern.compile(pattern));
  }

  /** Throws 400 when the value is not what the contract allows. */
  void check(String value) {
    if (time) {
      time(name, value);
    } else if (whole) {
      checkWhole(value);
    } else if (!allowed.isEmpty()) {
      if (!allowed.contains(value)) {
        throw bad(name, "must be one of " + allowed.stream().sorted().toList());
      }
    } else if (value.length() < minLength || value.length() > maxLength) {
      throw bad(name, "must have " + minLength + " to " + maxLength + " characters");
    } else if (pattern != null && !pattern.matcher(value).matches()) {
      throw bad(name, "has not the form that it must have");
    }
  }

  /** Reads an ISO 8601 time with {@code Z} or an offset; 400 for anything else. */
  static Instant time(String name, String value) {
    try {
      return OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException e) {
      throw bad(name, "must be an ISO 8601 time with Z or an offset");
    }
  }

  private void checkWhole(String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max && !value.startsWith("+")) {
        return;
      }
    } catch (NumberFormatException e) {
      // told below, like a number out of range
    }
    throw bad(name, "must be a whole number" + (max == Long.MAX_VALUE ? "" : " up to " + max));
  }

  static ApiException bad(String name, String rule) {
    return ApiException.invalid(name, "invalid_parameter", name + " " + rule + ".");
  }
}
