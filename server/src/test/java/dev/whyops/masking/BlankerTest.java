package dev.whyops.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BlankerTest {
  @Test
  void keepsRolesNamesAndNumbersAndNoText() {
    String blank =
        json(
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"secret\"},"
                + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\",\"function\":"
                + "{\"name\":\"refund\",\"arguments\":\"{\\\"iban\\\":\\\"secret\\\"}\"}}]},[\"secret\"]],"
                + "\"usage\":{\"prompt_tokens\":12},\"user\":\"secret\"}");

    assertThat(blank)
        .doesNotContain("secret")
        .doesNotContain("iban")
        .contains("\"model\":\"gpt-4o\"")
        .contains("\"role\":\"user\"")
        .contains("\"content\":\"xxxxxx\"")
        .contains("\"name\":\"refund\"")
        .contains("\"prompt_tokens\":12");
  }

  @Test
  void keepsNothingInsideArguments() {
    assertThat(
            json(
                "{\"type\":\"tool_use\",\"name\":\"pay\",\"input\":"
                    + "{\"name\":\"secret\",\"amount\":4711,\"secret\":[{\"id\":\"secret\"}]}}"))
        .doesNotContain("secret")
        .doesNotContain("4711")
        .contains("\"name\":\"pay\"");
  }

  @Test
  void keepsTheShapeOfAStream() {
    String stream =
        "event: content_block_delta\n"
            + "data:"
            + " {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"secret\"}}\n\n"
            + "data: [DONE]\n\n";

    assertThat(new String(Blanker.stream(bytes(stream)), StandardCharsets.UTF_8))
        .doesNotContain("secret")
        .contains("event: content_block_delta")
        .contains("\"type\":\"text_delta\"")
        .contains("data: [DONE]");
  }

  @Test
  void leavesNothingOfWhatIsNoJson() {
    assertThat(Blanker.json(bytes("secret"))).isEmpty();
  }

  private static String json(String text) {
    return new String(Blanker.json(bytes(text)), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
