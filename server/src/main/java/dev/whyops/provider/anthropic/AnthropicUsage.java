package dev.whyops.provider.anthropic;

import dev.whyops.provider.AnswerNotes;
import dev.whyops.provider.JsonValue;
import dev.whyops.provider.Usage;
import dev.whyops.provider.UsageReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads Anthropic's usage, where all classes stand beside each other. A stream tells it in parts;
 * of each field the last value that is not null counts.
 */
final class AnthropicUsage {
  private final Map<String, JsonValue> fields = new HashMap<>();
  private final List<String> raw = new ArrayList<>();

  void merge(JsonValue usage) {
    if (!usage.isObject()) {
      return;
    }
    raw.add(usage.raw());
    put("", usage);
    put("cache_creation.", usage.get("cache_creation"));
    put("output_tokens_details.", usage.get("output_tokens_details"));
  }

  void settle(AnswerNotes answer) {
    if (raw.isEmpty()) {
      return;
    }
    UsageReader reader = new UsageReader(answer.notes());
    Long output = reader.count(field("output_tokens"));
    Long written = reader.count(field("cache_creation_input_tokens"));
    Long written5m = reader.count(field("cache_creation.ephemeral_5m_input_tokens"));
    Long written1h = reader.count(field("cache_creation.ephemeral_1h_input_tokens"));
    boolean contradicts = false;
    if (written5m == null && written1h == null) {
      written5m = written;
    } else if (written != null) {
      Long left = UsageReader.rest(written, written5m, written1h);
      contradicts = left != null && left != 0;
    }
    Long reasoning = reader.count(field("output_tokens_details.thinking_tokens"));
    contradicts |= reasoning != null && output != null && reasoning > output;
    answer.usage(
        new Usage(
            reader.count(field("input_tokens")),
            reader.count(field("cache_read_input_tokens")),
            written5m,
            written1h,
            output,
            reasoning,
            "ANTHROPIC",
            contradicts),
        raw.size() == 1 ? raw.getFirst() : "[" + String.join(",", raw) + "]");
  }

  private void put(String prefix, JsonValue object) {
    object
        .members()
        .forEach(
            (name, value) -> {
              if (value.isPresent()) {
                fields.put(prefix + name, value);
              }
            });
  }

  private JsonValue field(String name) {
    return fields.getOrDefault(name, JsonValue.MISSING);
  }
}
