package dev.whyops.sdk.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of the repository, run as it stands. */
class ExampleTest {
  @Test
  void runsAsItStands() throws Exception {
    try (ScriptedModel server = new ScriptedModel()) {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Path.of("..", "..", "..", "examples", "java", "Langchain4jAgent.java").toString());
      builder.environment().put("WHYOPS_API_KEY", "whyops_test_x");
      builder.environment().put("WHYOPS_PROXY_BASE_URL", server.url);
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isZero();
      assertThat(printed).contains(ScriptedModel.TEXT);
      assertThat(server.ingested).hasSize(1);
      assertThat(server.ingested.get(0))
          .contains("\"tool_call_request\"", "\"tool_call_response\"", "\"example-langchain4j\"");
    }
  }
}
