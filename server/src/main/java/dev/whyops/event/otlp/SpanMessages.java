package dev.whyops.event.otlp;

import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Finds what was asked and answered in the attributes and events of a span, as JSON text. */
final class SpanMessages {
  private static final Pattern NUMBERED =
      Pattern.compile(
          "(gen_ai\\.prompt|gen_ai\\.completion|llm\\.input_messages|llm\\.output_messages)\\.(\\d{1,4})\\.(?:message\\.)?(.+)");

  private final OtlpSpan span;

  SpanMessages(OtlpSpan span) {
    this.span = span;
  }

  /** {@code {"messages": …}}. */
  String asked() {
    Optional<String> whole = span.first("gen_ai.input.messages").map(SpanMessages::json);
    String messages =
        whole
            .or(() -> numbered("gen_ai.prompt", "llm.input_messages"))
            .or(
                () ->
                    fromEvents(
                        "gen_ai.system.message",
                        "gen_ai.user.message",
                        "gen_ai.assistant.message",
                        "gen_ai.tool.message"))
            .or(() -> span.first(Names.RAW_INPUT).map(SpanMessages::json))
            .orElse("[]");
    return "{\"messages\":" + messages + "}";
  }

  Said answered() {
    Optional<String> whole = span.first("gen_ai.output.messages").map(SpanMessages::json);
    return Said.of(
        whole
            .or(() -> numbered("gen_ai.completion", "llm.output_messages"))
            .or(() -> fromEvents("gen_ai.choice"))
            .or(() -> span.first(Names.RAW_OUTPUT).map(SpanMessages::json))
            .orElse("null"));
  }

  /** The id that the provider gave its answer: as an attribute, or in the answer as it came. */
  Optional<String> responseId() {
    return span.text("gen_ai.response.id").or(this::rawId);
  }

  private Optional<String> rawId() {
    Optional<String> raw = span.text(Names.RAW_OUTPUT).filter(text -> text.startsWith("{"));
    try {
      return raw.map(Json.mapper()::readTree)
          .filter(answer -> answer.has("choices") || answer.has("content") || answer.has("output"))
          .map(answer -> answer.path("id").asString(""))
          .filter(id -> !id.isEmpty());
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  Optional<String> system() {
    return span.first("gen_ai.system_instructions").map(SpanMessages::json);
  }

  private Optional<String> numbered(String... prefixes) {
    TreeMap<Integer, Tree> messages = new TreeMap<>();
    span.attributes()
        .forEach(
            (name, value) -> {
              Matcher m = NUMBERED.matcher(name);
              if (m.matches() && List.of(prefixes).contains(m.group(1))) {
                messages
                    .computeIfAbsent(Integer.parseInt(m.group(2)), i -> new Tree())
                    .put(m.group(3), plain(value));
              }
            });
    return messages.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Json.mapper().writeValueAsString(messages.values().stream().map(Tree::json).toList()));
  }

  private Optional<String> fromEvents(String... names) {
    List<Object> messages = new ArrayList<>();
    for (OtlpSpan.SpanEvent event : span.events()) {
      if (List.of(names).contains(event.name())) {
        Map<String, Object> message = new LinkedHashMap<>();
        String role = event.name().replace("gen_ai.", "").replace(".message", "");
        message.put("role", role.equals("choice") ? "assistant" : role);
        event.attributes().forEach((name, value) -> message.put(name, plain(value)));
        messages.add(message);
      }
    }
    return messages.isEmpty()
        ? Optional.empty()
        : Optional.of(Json.mapper().writeValueAsString(messages));
  }

  /** JSON text stays what it is, any other value becomes JSON. */
  static String json(Object value) {
    if (value instanceof String text) {
      String trimmed = text.strip();
      if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
        try {
          JsonNode node = Json.mapper().readTree(trimmed);
          if (node != null) {
            return trimmed;
          }
        } catch (JacksonException e) {
          return Json.mapper().writeValueAsString(text);
        }
      }
    }
    return Json.mapper().writeValueAsString(plain(value));
  }

  static Object plain(Object value) {
    return switch (value) {
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case List<?> list ->
          list.stream().map(v -> plain(String.class.cast(String.valueOf(v)))).toList();
      case Double d when !Double.isFinite(d) -> d.toString();
      default -> value;
    };
  }
}
