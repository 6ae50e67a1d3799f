package dev.whyops.provider.openai;

import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.JsonValue;
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
    JsonValue in = firstPresent(usage, "prompt_tokens_details", "input_tokens_details");
    JsonValue out = firstPresent(usage, "completion_tokens_details", "output_tokens_details");
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
    Long input = UsageReader.rest(prompt, cached, written);
    contradicts |= input != null && input < 0;
    contradicts |= reasoning != null && output != null && reasoning > output;
    answer.usage(
        new Usage(input, cached, written, null, output, reasoning, rule, contradicts), usage.raw());
    answer.reportedCost(reportedCost(usage));
  }

  private static JsonValue firstPresent(JsonValue usage, String name, String otherwise) {
    return usage.get(name).isPresent() ? usage.get(name) : usage.get(otherwise);
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
