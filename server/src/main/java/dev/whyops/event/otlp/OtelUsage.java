package dev.whyops.event.otlp;

import dev.whyops.json.Json;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.provider.UsageReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads token counts. The convention says that input tokens include the cached ones; some
 * instrumentations pass a provider's exclusive figure on, which their total or a cache larger than
 * the input tells. The name of an instrumentation tells nothing: those of Anthropic's clients
 * passed exclusive figures on once and include the cache now.
 */
final class OtelUsage {
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
    boolean exclusive =
        input != null && (cached > input || cached > 0 && totalAdds(span, input, output, cached));
    Long uncached = input;
    if (input != null && !exclusive) {
      uncached = input - cached;
    }
    Media media =
        new Media(
                count(span, details, "input_audio_tokens", Names.INPUT_AUDIO),
                null,
                null,
                null,
                count(span, details, "output_audio_tokens", Names.OUTPUT_AUDIO),
                null)
            .within(uncached);
    Long text = UsageReader.rest(uncached, media.inputAudio());
    Long said = UsageReader.rest(output, media.outputAudio());
    return new Usage(
        text,
        UsageReader.rest(read, media.cacheReadAudio()),
        written,
        null,
        said,
        span.count(Names.REASONING).orElse(null),
        exclusive ? "OTEL_EXCLUSIVE" : "OTEL_INCLUSIVE",
        or0(text) < 0 || or0(said) < 0,
        media);
  }

  /** The total is the sum of all classes, the cached ones beside the input. */
  private static boolean totalAdds(OtlpSpan span, long input, @Nullable Long output, long cached) {
    return span.count(Names.TOTAL).filter(t -> t == input + or0(output) + cached).isPresent();
  }

  private static @Nullable Long count(
      OtlpSpan span, @Nullable JsonNode details, String detail, String[] names) {
    Optional<Long> named = span.count(names);
    if (named.isPresent()) {
      return named.get();
    }
    return details != null && details.path(detail).canConvertToLong()
        ? OtlpSpan.count(details.path(detail).longValue()).orElse(null)
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
