package dev.whyops.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Every Java block of the document, one after the other, in a program of its own. */
class DocumentTest {
  private static final Path PAGE = Path.of("..", "..", "..", "docs", "sdk-java.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  @Test
  void blocksRunAsTheyStand(@TempDir Path folder) throws Exception {
    try (StubServer server = new StubServer()) {
      run(folder, StubServer.KEY, server.url);
      assertThat(server.calls()).hasSize(3);
      assertThat(server.calls())
          .allSatisfy(
              call ->
                  assertThat(call.headers())
                      .containsEntry("X-Trace-ID", "session-123")
                      .containsEntry("X-Agent-Name", "support-agent"));
      assertThat(server.events())
          .extracting(event -> event.get("eventType"))
          .containsExactly(
              "user_message",
              "tool_call_request",
              "tool_call_response",
              "tool_call_request",
              "tool_call_response",
              "llm_response",
              "error");
      assertThat(server.requests("/entities/init")).hasSize(1);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "WHYOPS_TEST_GATEWAY", matches = ".+")
  void blocksRunAgainstAStartedServer(@TempDir Path folder) throws Exception {
    run(folder, System.getenv("WHYOPS_TEST_KEY"), System.getenv("WHYOPS_TEST_GATEWAY"));
  }

  private static void run(Path folder, String key, String url) throws Exception {
    Path program = folder.resolve("Document.java");
    Files.writeString(program, program());
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                program.toString()));
    Map<String, String> environment = builder.environment();
    environment.put("WHYOPS_API_KEY", key);
    environment.put("WHYOPS_PROXY_BASE_URL", url);
    Process process = builder.inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  private static String program() throws IOException {
    StringBuilder program =
        new StringBuilder(
            """
            import com.anthropic.client.*;
            import com.anthropic.client.okhttp.*;
            import com.anthropic.models.messages.MessageCreateParams;
            import com.openai.client.*;
            import com.openai.client.okhttp.*;
            import com.openai.models.chat.completions.ChatCompletionCreateParams;
            import dev.whyops.sdk.*;
            import java.util.*;

            class Document {
              public static void main(String[] arguments) throws Exception {
            """);
    Matcher blocks = BLOCK.matcher(Files.readString(PAGE));
    while (blocks.find()) {
      program.append(blocks.group(1));
    }
    return program
        .append("if (info.isEmpty() || !sent || whyops.stats().rejected() > 0) System.exit(1);\n")
        .append("System.exit(0);\n}\n}\n")
        .toString();
  }
}
