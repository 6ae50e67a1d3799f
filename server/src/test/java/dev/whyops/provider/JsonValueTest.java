package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonValueTest {
  @Test
  void keepsTheBytesOfEveryValue() {
    String json = " {\"a\" : 1.50, \"b\":[ {\"c\": \"x\\u00e9\"} , null ],\"d\":{},\"e\":1e309}x";
    Set<String> notes = new HashSet<>();
    JsonValue root = JsonValue.parse(bytes(json), notes);
    assertThat(notes).isEmpty();
    assertThat(root.get("a").raw()).isEqualTo("1.50");
    assertThat(root.get("b").raw()).isEqualTo("[ {\"c\": \"x\\u00e9\"} , null ]");
    assertThat(root.get("b").elements().getFirst().get("c").text()).isEqualTo("xé");
    assertThat(root.get("d").raw()).isEqualTo("{}");
    assertThat(root.get("e").raw()).isEqualTo("1e309");
    assertThat(root.raw()).isEqualTo(json.substring(1, json.length() - 1));
    assertThat(root.get("nothing").get("inside").text()).isEmpty();
  }

  @Test
  @DisplayName("PX-17 spans count the byte order mark; UTF-16 is not read")
  void countsTheByteOrderMark() {
    byte[] body = bytes("\uFEFF{\"a\":\"b\"}");
    assertThat(JsonValue.parse(body, new HashSet<>()).get("a").span()).isEqualTo(new Span(8, 11));
    Set<String> notes = new HashSet<>();
    JsonValue.parse("{\"a\":1}".getBytes(StandardCharsets.UTF_16), notes);
    assertThat(notes).containsExactly(Notes.UNPARSED);
  }

  @Test
  @DisplayName("PX-07 invalid UTF-8 is noted, and offsets hold")
  void notesInvalidUtf8() {
    byte[] body = bytes("{\"a\":\"x__y\",\"b\":2}");
    body[7] = (byte) 0xC3;
    body[8] = (byte) 0x28;
    Set<String> notes = new HashSet<>();
    JsonValue root = JsonValue.parse(body, notes);
    assertThat(notes).containsExactly(Notes.INVALID_UTF8);
    assertThat(root.get("a").text()).isEqualTo("x?(y");
    assertThat(root.get("b").raw()).isEqualTo("2");
  }

  @Test
  @DisplayName("PX-03 nesting beyond the limit stops with a note, without recursion")
  void stopsWhereItIsTooDeep() {
    Set<String> notes = new HashSet<>();
    JsonValue root = JsonValue.parse(bytes("{\"first\":1,\"deep\":" + "[".repeat(100_000)), notes);
    assertThat(notes).containsExactly(Notes.TOO_DEEP);
    assertThat(root.get("first").raw()).isEqualTo("1");
  }

  @Test
  @DisplayName("PX-08 PX-09 lone surrogates and NUL escapes come back as they were written")
  void keepsLoneSurrogates() {
    JsonValue root = JsonValue.parse(bytes("{\"a\":\"\\ud800\\u0000b\"}"), new HashSet<>());
    assertThat(root.get("a").text()).isEqualTo("\ud800\u0000b");
    String written = new JsonText().text(root.get("a").text()).toString();
    assertThat(written).isEqualTo("\"\\ud800\\u0000b\"");
  }

  @Test
  void acceptsAndRefusesAsTheJsonTestSuiteSays() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (JsonNode test : Fixtures.lines("json-test-suite.jsonl")) {
      String name = test.path("name").asString();
      byte[] body = Base64.getDecoder().decode(test.path("base64").asString());
      Set<String> notes = new HashSet<>();
      JsonValue value = JsonValue.parse(body, notes);
      if (name.contains("/y_") && (value.isMissing() || notes.contains(Notes.UNPARSED))) {
        wrong.add(name);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Property(tries = 500)
  void neverThrowsOnAnyBytes(@ForAll byte[] body) {
    JsonValue.parse(body, new HashSet<>());
    JsonMembers.walk(body, new HashSet<>(), (name, at) -> at.elements(v -> {}));
    for (ProviderType type : ProviderType.values()) {
      for (CallKind kind : CallKind.values()) {
        Dialect.of(type).request(kind, body);
        Dialect.of(type).answer(kind, 200, "application/json", body);
        Dialect.of(type).answer(kind, 200, "text/event-stream", body);
        Dialect.of(type).answer(kind, 500, null, body);
      }
    }
  }

  @Property(tries = 500)
  void writesTextThatReadsBackTheSame(@ForAll String text) {
    String json = new JsonText().open('{').member("a", text).close('}').toString();
    byte[] utf8 = bytes(json);
    assertThat(JsonValue.parse(utf8, new HashSet<>()).get("a").text()).isEqualTo(text);
    assertThat(Json.mapper().readTree(utf8).path("a").asString()).isEqualTo(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
