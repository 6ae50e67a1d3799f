package dev.whyops.event.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import dev.whyops.provider.Usage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The attributes that instrumentations in use were seen to send. */
class InstrumentationsTest {
  @Test
  void openInferenceTellsMessagesApartAndTheWholeBesides() {
    OtlpSpan span =
        span(
            "input.value", "{\"messages\":[],\"model\":\"gpt-4o\"}",
            "llm.input_messages.0.message.role", "user",
            "llm.input_messages.0.message.content", "Where is order 123?",
            "output.value", "{\"id\":\"chatcmpl-1\",\"choices\":[]}",
            "llm.output_messages.0.message.role", "assistant",
            "llm.output_messages.0.message.tool_calls.0.tool_call.id", "call_1",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.name", "search",
            "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments", "{\"q\":1}");
    SpanMessages messages = new SpanMessages(span);
    assertThat(messages.asked())
        .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Where is order 123?\"}]}");
    assertThat(Json.mapper().readTree(messages.answered().json()))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"content":null,"toolCalls":[{"id":"call_1","function":
                    {"name":"search","arguments":"{\\"q\\":1}"}}]}\
                    """));
    assertThat(messages.responseId()).contains("chatcmpl-1");
  }

  @Test
  void conventionOfTodayTellsPartsAndWhyItEnded() {
    OtlpSpan span =
        span(
            "gen_ai.output.messages",
            """
            [{"role":"assistant","finish_reason":"tool_call","parts":[
            {"type":"text","content":"I look."},
            {"type":"tool_call","id":"call_1","name":"search","arguments":{"q":1}}]}]\
            """,
            "gen_ai.response.id",
            "resp_1");
    Said said = new SpanMessages(span).answered();
    JsonNode json = Json.mapper().readTree(said.json());
    assertThat(json.path("content").asString()).isEqualTo("I look.");
    assertThat(json.path("toolCalls").get(0).path("function").path("arguments").asString())
        .isEqualTo("{\"q\":1}");
    assertThat(said.finish()).isEqualTo("tool_call");
    assertThat(new SpanMessages(span).responseId()).contains("resp_1");
  }

  @Test
  void numberedCompletionsOfOlderInstrumentations() {
    OtlpSpan span =
        span(
            "gen_ai.completion.0.role", "assistant",
            "gen_ai.completion.0.content", "Shipped.",
            "gen_ai.completion.0.tool_calls.0.id", "call_1",
            "gen_ai.completion.0.tool_calls.0.name", "search",
            "gen_ai.completion.0.tool_calls.0.arguments", "{}");
    JsonNode json = Json.mapper().readTree(new SpanMessages(span).answered().json());
    assertThat(json.path("content").asString()).isEqualTo("Shipped.");
    assertThat(json.path("toolCalls").get(0).path("id").asString()).isEqualTo("call_1");
  }

  @Test
  void manyPartsStayAsTheyWereTold() {
    String told = "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"image\",\"uri\":\"x\"}]}]";
    assertThat(new SpanMessages(span("gen_ai.output.messages", told)).answered().json())
        .isEqualTo("{\"content\":" + told + "}");
  }

  @Test
  void inputThatHoldsTheCacheIsReadSoWhoeverSendsIt() {
    for (String scope :
        List.of("openinference.instrumentation.anthropic", "opentelemetry.instrumentation.x")) {
      Usage usage =
          Objects.requireNonNull(
              OtelUsage.read(
                  span(
                      scope,
                      "gen_ai.usage.input_tokens",
                      2_310L,
                      "gen_ai.usage.cache_read.input_tokens",
                      2_000L,
                      "gen_ai.usage.cache_creation.input_tokens",
                      300L,
                      "gen_ai.usage.output_tokens",
                      9L)));
      assertThat(usage.input()).isEqualTo(10);
      assertThat(usage.total()).isEqualTo(2_319);
      assertThat(usage.rule()).isEqualTo("OTEL_INCLUSIVE");
    }
  }

  @Test
  void aTotalThatAddsTheCacheTellsAnExclusiveInput() {
    Usage usage =
        Objects.requireNonNull(
            OtelUsage.read(
                span(
                    "gen_ai.usage.input_tokens", 500L,
                    "gen_ai.usage.cache_read_input_tokens", 200L,
                    "gen_ai.usage.output_tokens", 10L,
                    "llm.usage.total_tokens", 710L)));
    assertThat(usage.input()).isEqualTo(500);
    assertThat(usage.rule()).isEqualTo("OTEL_EXCLUSIVE");
  }

  @Test
  void aPathDeeperThanTheLimitKeepsItsRestAsOneName() {
    Tree tree = new Tree();
    tree.put("a.".repeat(20) + "z", 1);
    tree.put("b", 2);
    tree.put("b.c", 3);
    assertThat(Json.mapper().writeValueAsString(tree.json())).contains("a.a.a", "\"b\":2");
  }

  private static OtlpSpan span(Object... attributes) {
    boolean scoped = attributes.length % 2 == 1;
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = scoped ? 1 : 0; i < attributes.length; i += 2) {
      map.put((String) attributes[i], attributes[i + 1]);
    }
    return new OtlpSpan(
        "0".repeat(31) + "1",
        "0".repeat(15) + "1",
        null,
        "span",
        scoped ? (String) attributes[0] : "scope",
        1,
        2,
        map,
        Map.of(),
        List.of(),
        0,
        "",
        List.of());
  }
}
