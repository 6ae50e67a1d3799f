package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.IngestTesting;
import dev.whyops.project.Capture;
import dev.whyops.trace.TraceDetail;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that ended early, or whose provider numbers them badly. */
class CallEdgesTest {
  private static final String ASK =
      "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";

  @TempDir Path directory;

  private static void call(
      IngestTesting path, String id, String trace, Outcome outcome, String body)
      throws InterruptedException {
    CountDownLatch settled = new CountDownLatch(1);
    path.recorder
        .open(CallPathTest.start(id, trace, Capture.FULL, ASK))
        .end(CallPathTest.end(outcome, 200, "text/event-stream", body), settled::countDown);
    assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  private static String chunk(String rest) {
    return "data: {\"id\":\"c\",\"model\":\"gpt-4o\"," + rest + "}\n\n";
  }

  private static Event response(TraceDetail trace) {
    return trace.events().stream()
        .filter(e -> e.type() == EventType.LLM_RESPONSE)
        .reduce((one, other) -> other)
        .orElseThrow();
  }

  @Test
  @DisplayName(
      "A6 what a client that left was given is counted: reported, or estimated and partial")
  void a6PartialUsage() throws Exception {
    String text = chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"half an answer\"}}]");
    String reported =
        chunk("\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":0}");
    try (IngestTesting path = new IngestTesting(directory)) {
      call(path, "req_1", "estimated", new Outcome.ClientGone(), text);
      call(path, "req_2", "reported", new Outcome.ClientGone(), text + reported);
      Event estimated = response(path.trace("estimated").orElseThrow());
      assertThat(estimated.facts().status()).isEqualTo("client_gone");
      assertThat(estimated.contentJson()).contains("half an answer");
      assertThat(Objects.requireNonNull(estimated.facts().usage()).rule()).isEqualTo("ESTIMATED");
      assertThat(estimated.facts().usage().total()).isPositive();
      Event told = response(path.trace("reported").orElseThrow());
      assertThat(Objects.requireNonNull(told.facts().usage()).input()).isEqualTo(7);
      assertThat(told.facts().usage().output()).isZero(); // an explicit 0 is not missing
      assertThat(path.trace("reported").orElseThrow().events())
          .noneMatch(e -> e.type() == EventType.ERROR);
    }
  }

  @Test
  @DisplayName("D6 calls whose provider gives all answers one id, or none, are all kept")
  void d6OneIdForAll() throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      for (String id : new String[] {"same", ""}) {
        for (int i = 0; i < 3; i++) {
          String body =
              "data: {\"id\":\""
                  + id
                  + "\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":"
                  + "{\"content\":\"answer "
                  + i
                  + "\"}}],\"usage\":{\"prompt_tokens\":10,"
                  + "\"completion_tokens\":1,\"total_tokens\":11}}\n\ndata: [DONE]\n\n";
          call(path, "req_" + id + i, "t_" + id, new Outcome.Answered(), body);
        }
        TraceDetail trace = path.trace("t_" + id).orElseThrow();
        assertThat(trace.events().stream().filter(e -> e.type() == EventType.LLM_RESPONSE))
            .hasSize(3);
        assertThat(trace.summary().tokens().total()).isEqualTo(33);
      }
    }
  }
}
