package dev.whyops.why.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.why.Run;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MermaidTest {
  @Test
  void writesOneLinePerNodeAndEdge() {
    Run run = Run.openai().user("Where is order 771?");
    String id = run.calls("orders", "{}");
    run.result(id, "lost").answers("It is lost.");
    assertThat(Mermaid.of(GraphBuilder.of(run.view(), List.of())))
        .isEqualTo(
            """
            flowchart TD
              n0["user#58; Where is order 771#63;"]
              n1["llm#58; model-a"]
              n2["tool#58; orders"]
              n3["llm#58; model-a"]
              n0 --> n1
              n1 --> n2
              n2 --> n3
            """);
  }

  @ParameterizedTest
  @DisplayName("DA-32 hostile labels become character codes")
  @ValueSource(
      strings = {
        "a\"]\n  click n0 \"javascript:alert(1)\"",
        "%%{init: {\"securityLevel\":\"loose\"}}%%",
        "<img src=x onerror=alert(1)>",
        "x\"] --> n9[\"y",
        "`code` #quot; ; style n0 fill:#f00",
        "\u202Ereversed\u0000\u2028line"
      })
  void hostileLabelsBecomeCodes(String label) {
    Run run = Run.openai().user("go");
    run.calls(label, "{}");
    String text = Mermaid.of(GraphBuilder.of(run.view(), List.of()));
    assertThat(text.lines().count()).isEqualTo(6);
    assertThat(text.lines().skip(1))
        .allMatch(line -> line.matches("  n\\d+(\\[\"[^\"<>`%{}()\\p{Cc}\\p{Cf}]*\"]| --> n\\d+)"));
  }
}
