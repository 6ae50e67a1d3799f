package dev.whyops.event.otlp;

import dev.whyops.json.Json;
import dev.whyops.provider.Usage;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads token counts. The convention says that input tokens include the cached ones; some
 * instrumentations pass a provider's exclusive figure on, which their name or a cache larger than
 * the input tells.
 */
final class OtelUsage {
  private static final Set<String> EXCLUSIVE_SCOPES =
      Set.of("opentelemetry.instrumentation.anthropic", "openinference.instrumentation.anthropic");

  private OtelUsage() {}

  /** Null when the span tells none. */
  static @Nullable Usage read(OtlpSpan span) {
    JsonNode details = langfuse(span);
    Long input = count(span, details, "input", Names.INPUT);
    Long output = count(span, details, "output", Names.OUTPUT);
    Long read = count(span, details, "input_cached_tokens", Names.CACHE_READ);
    Long written = count(span, details, "input_cache_creation", Names.CACHE_WRITE);
    if (input == null && output == null && read == null) {
      return null;
    }
    long cached = or0(read) + or0(written);
    boolean exclusive = EXCLUSIVE_SCOPES.contains(span.scope()) || input != null && cached > input;
    Long uncached = input;
    if (input != null && !exclusive) {
      uncached = input - cached;
    }
    return new Usage(
        uncached,
        read,
        written,
        null,
        output,
        span.count(Names.REASONING).orElse(null),
        exclusive ? "OTEL_EXCLUSIVE" : "OTEL_INCLUSIVE",
        or0(uncached) < 0 || or0(output) < 0);
  }

  private static @Nullable Long count(
      OtlpSpan span, @Nullable JsonNode details, String detail, String[] names) {
    Optional<Long> named = span.count(names);
    if (named.isPresent()) {
      return named.get();
    }
    return details != null && details.path(detail).isIntegralNumber()
        ? Long.valueOf(details.path(detail).longValue())
        : null;
  }

  private static @Nullable JsonNode langfuse(OtlpSpan span) {
    Optional<String> text = span.text("langfuse.observation.usage_details");
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Json.mapper().readTree(text.get());
    } catch (JacksonException e) {
      return null;
    }
  }

  private static long or0(@Nullable Long n) {
    return n == null ? 0 : n;
  }
}
