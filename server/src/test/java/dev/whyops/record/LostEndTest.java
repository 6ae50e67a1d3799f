package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.event.Event;
import dev.whyops.event.EventType;
import dev.whyops.event.IngestTesting;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import dev.whyops.project.Capture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of which the journal has the start, and could not take the rest when it came. */
class LostEndTest {
  @TempDir Path directory;

  /** Takes no frame of a type for a while. */
  private static final class Busy implements Journal {
    private final Journal journal;
    private final FrameType type;
    private volatile boolean busy = true;

    Busy(Journal journal, FrameType type) {
      this.journal = journal;
      this.type = type;
    }

    @Override
    public boolean offer(FrameType offered, byte[] body, Receipt receipt) {
      if (busy && offered == type) {
        receipt.lost("journal_busy");
        return false;
      }
      return journal.offer(offered, body, receipt);
    }

    @Override
    public long appendDurably(FrameType offered, byte[] body) {
      return journal.appendDurably(offered, body);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @EnumSource(names = {"CALL_CHUNK", "CALL_END"})
  @DisplayName("F-12 a call whose rest was lost is shown as cut, and no longer holds the journal")
  void endsWithoutARestart(FrameType lost) throws Exception {
    try (IngestTesting path = new IngestTesting(directory)) {
      Busy busy = new Busy(path.journal, lost);
      JournalRecorder recorder = new JournalRecorder(busy);
      path.drain.eachRound(recorder::endLost);
      Recorder.OpenCall call =
          recorder.open(CallPathTest.start("req_1", "t", Capture.FULL, CallPathTest.REQUEST));
      call.chunk(CallPathTest.ANSWER.substring(0, 20).getBytes(StandardCharsets.UTF_8));
      CountDownLatch settled = new CountDownLatch(1);
      call.end(
          CallPathTest.end(
              new Outcome.Answered(), 200, "application/json", CallPathTest.ANSWER.substring(20)),
          settled::countDown);
      assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(recorder.captureGaps()).isEqualTo(1);
      path.settle();
      if (lost == FrameType.CALL_END) {
        assertThat(path.trace("t")).isEmpty();
      }
      busy.busy = false;
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (path.trace("t").isEmpty()) {
        assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
        Thread.sleep(5);
      }
      Event said =
          path.trace("t").orElseThrow().events().stream()
              .filter(e -> e.type() == EventType.LLM_RESPONSE)
              .findFirst()
              .orElseThrow();
      assertThat(said.metadataJson()).contains("\"truncated\":true");
      assertThat(path.store.replayFrom()).as("nothing is open").isGreaterThan(path.store.lastSeq());
    }
  }
}
