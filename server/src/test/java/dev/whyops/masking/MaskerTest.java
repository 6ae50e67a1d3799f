package dev.whyops.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.json.Json;
import dev.whyops.project.ProjectSettings.Mask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MaskerTest {
  private static final String CARD = "4111111111111111";
  private static final Masks MASKS =
      Masks.of(
          List.of(
              new Mask("card", "\\b[0-9]{16}\\b", "[card $1]"),
              new Mask("mail", "[a-z]+@[a-z.]+", "[mail]")));

  @Test
  void masksApplyInTheirOrderWithPlainReplacements() {
    assertThat(MASKS.text("pay " + CARD + " of owner@shop.example"))
        .isEqualTo("pay [card $1] of [mail]");
  }

  @Test
  void onlyTextValuesOfADocumentChange() {
    String json =
        "{\"owner@shop.example\":\"owner@shop.example\",\"n\":9007199254740993,\"f\":1.50,"
            + "\"card\":4111111111111111,\"a\":[null,true,\"\\u0022"
            + CARD
            + "\\u0022\"],\"e\":{}}";
    assertThat(masked(json))
        .isEqualTo(
            "{\"owner@shop.example\":\"[mail]\",\"n\":9007199254740993,\"f\":1.50,"
                + "\"card\":4111111111111111,\"a\":[null,true,\"\\\"[card $1]\\\"\"],\"e\":{}}");
  }

  @Test
  void whatIsNoJsonIsMaskedAsText() {
    assertThat(masked("{\"cut\":\"" + CARD)).doesNotContain(CARD).startsWith("{\"cut\":\"[card");
    assertThat(masked("plain " + CARD)).isEqualTo("plain [card $1]");
  }

  @Test
  void idsOutsideTheNamedMembersStay() {
    String json =
        "[{\"traceId\":\"%1$s\",\"content\":\"%1$s\",\"agentName\":\"%1$s\"},"
            + "{\"metadata\":{\"content\":\"%1$s\",\"deep\":[{\"x\":\"%1$s\"}]},\"spanId\":\"%1$s\"}]";
    String masked =
        new String(
            JsonMasker.mask(bytes(json.formatted(CARD)), MASKS, Set.of("content", "metadata")),
            StandardCharsets.UTF_8);
    String m = "[card $1]";
    assertThat(masked)
        .isEqualTo(
            "[{\"traceId\":\"%1$s\",\"content\":\"%2$s\",\"agentName\":\"%1$s\"},"
                    .formatted(CARD, m)
                + "{\"metadata\":{\"content\":\"%2$s\",\"deep\":[{\"x\":\"%2$s\"}]},\"spanId\":\"%1$s\"}]"
                    .formatted(CARD, m));
  }

  @Property(tries = 200)
  void noCutOfAStreamHidesAText(
      @ForAll @IntRange(min = 1, max = 15) int first,
      @ForAll @IntRange(min = 1, max = 15) int second) {
    List<String> pieces = new ArrayList<>();
    String text = "pay " + CARD + " now";
    for (int at = 0, turn = 0; at < text.length(); turn++) {
      int end = Math.min(text.length(), at + (turn % 2 == 0 ? first : second));
      pieces.add(text.substring(at, end));
      at = end;
    }
    assertMasked(pieces, "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}", "choices");
    assertMasked(
        pieces,
        "{\"type\":\"content_block_delta\",\"index\":1,"
            + "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"%s\"}}",
        "delta");
    assertMasked(
        pieces,
        "{\"type\":\"response.output_text.delta\",\"item_id\":\"i\",\"output_index\":0,"
            + "\"content_index\":0,\"delta\":\"%s\"}",
        "delta");
  }

  @Test
  void textsOfDifferentChoicesAreNotMixed() {
    String stream =
        event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"41111111\"}}]}")
            + event("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"11111111\"}}]}");
    assertThat(new String(StreamMasker.mask(bytes(stream), MASKS), StandardCharsets.UTF_8))
        .isEqualTo(stream);
  }

  @Test
  void namesAndEndsOfAStreamStay() {
    String stream = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\ndata: [DONE]\n\n";
    assertThat(new String(StreamMasker.mask(bytes(stream), MASKS), StandardCharsets.UTF_8))
        .isEqualTo(stream);
  }

  private static void assertMasked(List<String> pieces, String template, String under) {
    StringBuilder stream = new StringBuilder();
    pieces.forEach(piece -> stream.append(event(template.formatted(piece))));
    String masked =
        new String(StreamMasker.mask(bytes(stream.toString()), MASKS), StandardCharsets.UTF_8);
    StringBuilder joined = new StringBuilder();
    for (String line : masked.lines().filter(l -> l.startsWith("data: ")).toList()) {
      joined.append(text(Json.mapper().readTree(line.substring(6)).get(under)));
    }
    assertThat(joined).hasToString("pay [card $1] now");
    assertThat(masked.lines().filter(l -> l.startsWith("data: "))).hasSize(pieces.size());
  }

  private static String text(JsonNode node) {
    if (node.isString()) {
      return node.stringValue();
    }
    for (String name : List.of("content", "partial_json", "delta")) {
      if (node.has(name)) {
        return text(node.get(name));
      }
    }
    return text(node.get(0));
  }

  private static String event(String data) {
    return "data: " + data + "\n\n";
  }

  private static String masked(String json) {
    return new String(JsonMasker.mask(bytes(json), MASKS), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
