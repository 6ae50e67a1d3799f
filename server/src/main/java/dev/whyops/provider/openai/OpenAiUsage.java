package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import dev.whyops.provider.UsageReader;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads OpenAI's usage object, where cached and written tokens are inside the prompt's.
 *
 * <p>Two look-alikes differ: DeepSeek names its cache hits itself, and xAI leaves reasoning out of
 * the completion, which its own total gives away.
 */
final class OpenAiUsage {
  private static final int XAI_TICK_DIGITS = 10;

  private OpenAiUsage() {}

  static void read(JsonValue usage, String rule, AnswerNotes answer) {
    if (!usage.isObject()) {
      return;
    }
    UsageReader reader = new UsageReader(answer.notes());
    Long prompt = reader.count(usage.get("prompt_tokens"), usage.get("input_tokens"));
    Long output = reader.count(usage.get("completion_tokens"), usage.get("output_tokens"));
    JsonValue in =
        firstPresent(usage, "prompt_tokens_details", "input_tokens_details", "input_token_details");
    JsonValue out =
        firstPresent(
            usage, "completion_tokens_details", "output_tokens_details", "output_token_details");
    Long cached = reader.count(in.get("cached_tokens"), usage.get("prompt_cache_hit_tokens"));
    Long written = reader.count(in.get("cache_write_tokens"));
    Long reasoning = reader.count(out.get("reasoning_tokens"));
    Long total = reader.count(usage.get("total_tokens"));
    boolean contradicts = false;
    if (total != null && prompt != null && output != null && total != prompt + output) {
      if (reasoning != null && total == prompt + output + reasoning) {
        output += reasoning;
      } else {
        contradicts = true;
      }
    }
    contradicts |= reasoning != null && output != null && reasoning > output;
    Long uncached = UsageReader.rest(prompt, cached, written);
    Media media = media(reader, in, out).within(uncached);
    Long input = UsageReader.rest(uncached, media.inputAudio(), media.inputImage());
    Long read = UsageReader.rest(cached, media.cacheReadAudio(), media.cacheReadImage());
    Long text = UsageReader.rest(output, media.outputAudio(), media.outputImage());
    contradicts |= isNegative(input) || isNegative(read) || isNegative(text);
    contradicts |= isNegative(media.inputAudio()) || isNegative(media.inputImage());
    answer.usage(
        new Usage(input, read, written, null, text, reasoning, rule, contradicts, media),
        usage.raw());
    answer.reportedCost(reportedCost(usage));
  }

  /** Sound and pictures are inside the prompt's and the completion's tokens, as the cached are. */
  private static Media media(UsageReader reader, JsonValue in, JsonValue out) {
    JsonValue cached = in.get("cached_tokens_details");
    Long readAudio = reader.count(cached.get("audio_tokens"));
    Long readImage = reader.count(cached.get("image_tokens"));
    return new Media(
        UsageReader.rest(reader.count(in.get("audio_tokens")), readAudio),
        UsageReader.rest(reader.count(in.get("image_tokens")), readImage),
        readAudio,
        readImage,
        reader.count(out.get("audio_tokens")),
        reader.count(out.get("image_tokens")));
  }

  private static boolean isNegative(@Nullable Long count) {
    return count != null && count < 0;
  }

  private static JsonValue firstPresent(JsonValue usage, String... names) {
    for (String name : names) {
      if (usage.get(name).isPresent()) {
        return usage.get(name);
      }
    }
    return JsonValue.MISSING;
  }

  /** OpenRouter reports dollars, xAI ticks of 10^-10 dollars. */
  private static @Nullable String reportedCost(JsonValue usage) {
    JsonValue dollars = usage.get("cost");
    JsonValue ticks = usage.get("cost_in_usd_ticks");
    try {
      if (dollars.kind() == JsonValue.Kind.NUMBER) {
        return plain(new BigDecimal(dollars.raw()));
      }
      if (ticks.kind() == JsonValue.Kind.NUMBER) {
        return plain(new BigDecimal(ticks.raw()).movePointLeft(XAI_TICK_DIGITS));
      }
    } catch (NumberFormatException e) {
      return null;
    }
    return null;
  }

  private static @Nullable String plain(BigDecimal usd) {
    boolean plausible = usd.signum() >= 0 && usd.precision() - usd.scale() <= 9 && usd.scale() < 30;
    return plausible ? usd.stripTrailingZeros().toPlainString() : null;
  }
}
