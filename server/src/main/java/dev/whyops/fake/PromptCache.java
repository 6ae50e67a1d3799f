package dev.whyops.fake;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Counts prompt tokens and remembers prefixes, as the providers do: OpenAI by itself from 1,024
 * tokens in steps of 128, Anthropic up to the blocks with {@code cache_control}. Never expires.
 * Thread-safe.
 */
final class PromptCache {
  private static final int MIN_TOKENS = 1_024;
  private static final int STEP_TOKENS = 128;
  private static final int PREFIXES_MAX = 100_000;

  private final Set<Long> prefixes = new HashSet<>();

  /** Prompt tokens by what happened to them. */
  record Prompt(long fresh, long read, long written5m, long written1h) {
    long total() {
      return fresh + read + written5m + written1h;
    }
  }

  Prompt automatic(String account, JsonNode body) {
    long read = 0;
    long total = 0;
    long chain = account.hashCode();
    for (JsonNode part : parts(body)) {
      chain = chain(chain, part);
      total += tokens(part);
      if (total >= MIN_TOKENS && !remember(chain)) {
        read = total / STEP_TOKENS * STEP_TOKENS;
      }
    }
    return new Prompt(total - read, read, 0, 0);
  }

  Prompt marked(String account, JsonNode body) {
    long total = 0;
    long read = 0;
    long cached5m = 0;
    long cached1h = 0;
    long chain = account.hashCode();
    for (JsonNode part : parts(body)) {
      chain = chain(chain, part);
      total += tokens(part);
      String text = Json.mapper().writeValueAsString(part);
      if (!text.contains("\"cache_control\"") || total < MIN_TOKENS) {
        continue;
      }
      if (!remember(chain)) {
        read = total;
        cached5m = 0;
        cached1h = 0;
      } else if (text.contains("\"1h\"")) {
        cached1h = total - read - cached5m;
      } else {
        cached5m = total - read - cached1h;
      }
    }
    return new Prompt(total - read - cached5m - cached1h, read, cached5m, cached1h);
  }

  /** Tools, system, then turns: the order in which both providers build their prefix. */
  private static List<JsonNode> parts(JsonNode body) {
    List<JsonNode> parts = new ArrayList<>();
    body.path("tools").forEach(parts::add);
    for (String name : new String[] {"system", "instructions", "messages", "input", "prompt"}) {
      JsonNode value = body.path(name);
      if (value.isArray()) {
        value.forEach(parts::add);
      } else if (!value.isMissingNode()) {
        parts.add(value);
      }
    }
    return parts;
  }

  private static long chain(long before, JsonNode part) {
    return before * 0x9E3779B97F4A7C15L + part.hashCode() * 31L + 1;
  }

  private static long tokens(JsonNode part) {
    return Math.max(1, Json.mapper().writeValueAsString(part).length() / 4);
  }

  /** True when the prefix is new. */
  private synchronized boolean remember(long chain) {
    if (prefixes.size() >= PREFIXES_MAX) {
      prefixes.clear();
    }
    return prefixes.add(chain);
  }
}
