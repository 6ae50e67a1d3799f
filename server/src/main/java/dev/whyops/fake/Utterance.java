package dev.whyops.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the model says, whatever the dialect.
 *
 * @param usageJson raw usage that the script forces; null for the counted one
 */
record Utterance(
    String text,
    @Nullable String thinking,
    List<Script.Call> calls,
    @Nullable String refusal,
    @Nullable String finish,
    PromptCache.Prompt prompt,
    long outputTokens,
    long reasoningTokens,
    @Nullable String usageJson,
    int textPieces,
    Words words) {

  private static final int PLAIN_WORDS = 12;

  static Utterance of(FakeLlm fake, Script script, Asked asked, boolean anthropic) {
    Words words =
        new Words(
            fake.options().seed() * 31 + asked.body().hashCode() * 17L + asked.path().hashCode());
    String refusal = script.has("refuse") ? "I can't help with that request." : null;
    List<Script.Call> calls = calls(script, asked, words);
    String text = refusal != null ? "" : text(script, asked, calls, words);
    String thinking = script.thinking();
    if (thinking == null && script.has("thinking")) {
      thinking = words.text(script.count("thinking", PLAIN_WORDS));
    }
    long callTokens = calls.stream().mapToLong(c -> 8 + c.argumentsJson().length() / 4).sum();
    long reasoning =
        script.number("reasoning", thinking == null ? 0 : Math.max(1, thinking.length() / 4));
    long spoken = (text.length() + 3) / 4 + (refusal == null ? 0 : refusal.length() / 4);
    long output = script.number("out", Math.max(1, spoken + callTokens + reasoning));
    return new Utterance(
        text,
        thinking,
        calls,
        refusal,
        script.word("finish"),
        prompt(fake, script, asked, anthropic),
        output,
        reasoning,
        script.word("usage"),
        Math.max(1, script.count("chunks", Math.min(20, Math.max(1, text.length() / 12)))),
        words);
  }

  /** The finish reason, given the dialect's words for "said all", "calls tools" and "refused". */
  String finish(String stop, String toolCalls, String refused) {
    if (finish != null) {
      return finish;
    }
    return refusal != null ? refused : calls.isEmpty() ? stop : toolCalls;
  }

  private static String text(Script script, Asked asked, List<Script.Call> calls, Words words) {
    if (script.text() != null) {
      return script.text();
    }
    if (script.has("bytes")) {
      return words.bytes(script.count("bytes", 0));
    }
    if (asked.outputSchema().isObject()) {
      return words.arguments(asked.outputSchema());
    }
    if (script.has("json")) {
      return "{\"answer\":\"" + words.text(3) + "\"}";
    }
    if (!calls.isEmpty() && !script.has("words")) {
      return "";
    }
    return words.text(
        script.count("words", Math.max(PLAIN_WORDS, script.count("chunks", PLAIN_WORDS))));
  }

  private static List<Script.Call> calls(Script script, Asked asked, Words words) {
    if (!script.calls().isEmpty()) {
      return script.calls();
    }
    List<String> names = new ArrayList<>();
    String named = script.word("call");
    if (named != null) {
      names.addAll(List.of(named.split("\\+")));
    }
    if (script.has("calls")) {
      asked.toolNames().stream().limit(script.count("calls", 1)).forEach(names::add);
    }
    // An agent that has its results wants an answer, not the same calls for ever.
    if (asked.answersTools() && script.has("calls")) {
      names.removeAll(Set.copyOf(asked.toolNames()));
    }
    return names.stream()
        .map(name -> new Script.Call(name, words.arguments(asked.toolSchema(name))))
        .toList();
  }

  private static PromptCache.Prompt prompt(
      FakeLlm fake, Script script, Asked asked, boolean anthropic) {
    String account =
        asked.seen().header("authorization").orElse("")
            + asked.seen().header("x-api-key").orElse("");
    PromptCache.Prompt counted =
        anthropic
            ? fake.promptCache().marked(account, asked.body())
            : fake.promptCache().automatic(account, asked.body());
    return new PromptCache.Prompt(
        script.number("in", counted.fresh()),
        script.number("cached", counted.read()),
        script.number("write5m", counted.written5m()),
        script.number("write1h", counted.written1h()));
  }
}
