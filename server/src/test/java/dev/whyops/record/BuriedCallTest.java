package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.IngestTesting;
import dev.whyops.project.Capture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Relayed calls in the dead letter. */
class BuriedCallTest {
  @TempDir Path directory;

  /** Why it is there. */
  enum Cause {
    UNREADABLE,
    REFUSED
  }

  private static byte[] piece(String text) {
    return ("data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":"
            + "{\"content\":\""
            + text
            + "\"}}]}\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void call(IngestTesting path) throws InterruptedException {
    Recorder.OpenCall call =
        path.recorder.open(CallPathTest.start("req_1", "t", Capture.FULL, CallPathTest.REQUEST));
    call.chunk(piece("It is "));
    CountDownLatch settled = new CountDownLatch(1);
    String rest = new String(piece("18."), StandardCharsets.UTF_8);
    call.end(
        CallPathTest.end(new Outcome.Answered(), 200, "text/event-stream", rest),
        settled::countDown);
    assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
    path.settle();
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  @DisplayName("F-38 a call is buried whole, and sent again it is there whole, also after a start")
  void keepsTheWholeCall(Cause cause) throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      path.unreadable(cause == Cause.UNREADABLE);
      path.faults.poison(l -> cause == Cause.REFUSED && l.event().source() == Event.Source.PROXY);
      call(path);
      assertThat(path.trace("t")).isEmpty();
      assertThat(path.deadLetter.count()).isEqualTo(1);
      assertThat(path.deadLetter.count(IngestTesting.PROJECT)).isEqualTo(1);
      assertThat(path.deadLetter.redrive(path.journal, IngestTesting.PROJECT)).isEqualTo(1);
      path.settle();
      assertThat(path.deadLetter.count()).as("still no good").isEqualTo(1);
    }
    try (IngestTesting path = new IngestTesting(directory)) {
      assertThat(path.deadLetter.redrive(path.journal, IngestTesting.PROJECT)).isEqualTo(1);
      assertThat(path.trace("t").orElseThrow().events())
          .extracting(Event::type)
          .containsExactly(EventType.USER_MESSAGE, EventType.LLM_RESPONSE);
      assertThat(path.trace("t").orElseThrow().events().getLast().contentJson())
          .contains("\"content\":\"It is 18.\"");
      assertThat(path.deadLetter.count()).isZero();
    }
  }
}
