package dev.whyops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.journal.FrameQueue.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said to be durable was synced before; what could not be synced is said to be lost. */
class SyncerTest {
  private final SimDisk disk = new SimDisk(new Random(1));
  private final Segments segments = new Segments(disk);
  private final LongAdder lostFrames = new LongAdder();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private Syncer syncer = syncer(JournalSettings.Sync.GROUP);
  private long nextSeq = 1;

  private Syncer syncer(JournalSettings.Sync mode) {
    Syncer made = new Syncer(disk, segments, mode, 0, lostFrames);
    made.start();
    return made;
  }

  private void restart(JournalSettings.Sync mode) {
    syncer.close();
    syncer = syncer(mode);
  }

  @AfterEach
  void close() {
    syncer.close();
  }

  private SegmentWriter.Open file() throws IOException {
    Segment segment = Segment.startingAt(nextSeq);
    segments.add(segment);
    return new SegmentWriter.Open(segment, disk.create(segment.name));
  }

  /** A frame that says what had been asked of the disk when it was told to be durable. */
  private final class Frames implements Journal.Receipt {
    final CompletableFuture<List<String>> durable = new CompletableFuture<>();

    @Override
    public void durable(long seq) {
      told.add("durable " + seq);
      durable.complete(disk.asked());
    }

    @Override
    public void lost(String reason) {
      told.add("lost " + reason);
      durable.complete(List.of("lost"));
    }

    List<String> await() {
      return durable.orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  private Frames write(SegmentWriter.Open file, FrameType type) {
    Frames frames = new Frames();
    Entry entry = new Entry(type, new byte[3], frames);
    entry.seq = nextSeq++;
    file.end += entry.frameBytes();
    syncer.written(file, file.end, entry.seq, List.of(entry));
    return frames;
  }

  @Test
  @DisplayName("F-05 a frame is durable after its file and the file's name were synced, once")
  void syncsBeforeItTells() throws Exception {
    SegmentWriter.Open file = file();
    String name = file.segment.name;
    long seen = segments.newsCount();
    assertThat(write(file, FrameType.EVENTS).await())
        .containsExactly("create " + name, "sync " + name, "names");
    assertThat(file.segment.readableTo).isEqualTo(28);
    assertThat(syncer.lastDurableSeq()).isEqualTo(1);
    assertThat(segments.newsCount()).isGreaterThan(seen);
    assertThat(write(file, FrameType.EVENTS).await()).endsWith("names", "sync " + name);
    assertThat(file.segment.sealed).isFalse();

    SegmentWriter.Open next = file();
    syncer.finished(file);
    assertThat(write(next, FrameType.EVENTS).await())
        .endsWith("close " + name, "sync " + next.segment.name, "names");
    assertThat(file.segment.sealed).isTrue();
    assertThat(syncer.failedSyncs()).isZero();
  }

  @Test
  @DisplayName("F-06 frames whose sync failed are lost, and their file is never synced again")
  void losesWhatItCouldNotSync() throws Exception {
    SegmentWriter.Open file = file();
    String name = file.segment.name;
    write(file, FrameType.EVENTS).await();
    disk.failSyncs(2, 2);
    write(file, FrameType.EVENTS).await();
    assertThat(file.failed).isTrue();
    write(file, FrameType.EVENTS).await();
    assertThat(told)
        .containsExactly("durable 1", "lost storage_unavailable", "lost storage_unavailable");
    assertThat(lostFrames.sum()).isEqualTo(2);
    assertThat(syncer.failedSyncs()).isEqualTo(1);
    assertThat(syncer.lastDurableSeq()).isEqualTo(1);
    syncer.finished(file);
    syncer.close();
    assertThat(disk.asked())
        .endsWith("sync " + name, "close " + name, "truncate " + name + " 28")
        .filteredOn(("sync " + name)::equals)
        .hasSize(2);
    assertThat(file.segment.sealed).isTrue();
  }

  @Test
  @DisplayName("F-06 a file whose name could not be synced is given up as well")
  void losesFramesOfAFileWithoutAName() throws Exception {
    disk.refuse("names");
    SegmentWriter.Open file = file();
    write(file, FrameType.EVENTS).await();
    assertThat(told).containsExactly("lost storage_unavailable");
    assertThat(file.segment.readableTo).isZero();
    disk.refuse("nothing");
    SegmentWriter.Open next = file();
    assertThat(write(next, FrameType.EVENTS).await()).endsWith("names");
  }

  @ParameterizedTest(name = "F-06 a file whose {0} fails is sealed, so that readers go on")
  @org.junit.jupiter.params.provider.ValueSource(strings = {"close", "truncate"})
  void sealsWhatItCannotClose(String operation) throws Exception {
    disk.failSyncs(1, 1).refuse(operation);
    SegmentWriter.Open file = file();
    write(file, FrameType.EVENTS).await();
    long seen = segments.newsCount();
    syncer.finished(file);
    syncer.close();
    assertThat(file.segment.sealed).isTrue();
    assertThat(segments.newsCount()).isGreaterThan(seen);
  }

  @Test
  void aBrokenReceiptHoldsUpNobody() throws Exception {
    SegmentWriter.Open file = file();
    Frames after = new Frames();
    Entry broken =
        new Entry(
            FrameType.EVENTS,
            new byte[0],
            new Journal.Receipt() {
              @Override
              public void durable(long seq) {
                throw new IllegalStateException("broken");
              }
            });
    syncer.written(file, 50, 2, List.of(broken, new Entry(FrameType.EVENTS, new byte[0], after)));
    assertThat(after.await()).contains("sync " + file.segment.name);
  }

  @Test
  @DisplayName("F-32 what waits when the journal is closed is synced and told before")
  void syncsWhatIsLeftBeforeItEnds() throws Exception {
    SegmentWriter.Open file = file();
    for (int i = 0; i < 50; i++) {
      write(file, i % 2 == 0 ? FrameType.CALL_END : FrameType.CALL_CHUNK);
    }
    syncer.finished(file);
    syncer.close();
    assertThat(told).hasSize(50).startsWith("durable 1").endsWith("durable 50");
    assertThat(disk.asked()).endsWith("close " + file.segment.name);
    syncer.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = JournalSettings.Sync.class,
      names = {"INTERVAL_50MS", "NONE"})
  void tellsAtOnceWithoutTheGroupMode(JournalSettings.Sync mode) throws Exception {
    restart(mode);
    SegmentWriter.Open file = file();
    disk.failSyncs(1, 100);
    Frames frames = write(file, FrameType.EVENTS);
    assertThat(frames.durable).as("told by the writing thread").isDone();
    assertThat(file.segment.readableTo).isEqualTo(28);
    assertThat(syncer.lastDurableSeq()).isEqualTo(1);
    syncer.finished(file);
    syncer.close();
    boolean synced = disk.asked().contains("sync " + file.segment.name);
    assertThat(synced).isEqualTo(mode == JournalSettings.Sync.INTERVAL_50MS);
    assertThat(told).as("once, whatever became of the sync").containsExactly("durable 1");
    assertThat(lostFrames.sum()).isZero();
  }

  private long nanosToDurable(SegmentWriter.Open file, FrameType type) {
    long beganNs = System.nanoTime();
    write(file, type).await();
    return System.nanoTime() - beganNs;
  }

  @ParameterizedTest(name = "frames of type {0} wait for company, but not for long")
  @EnumSource(
      value = FrameType.class,
      names = {"CALL_OPEN", "CALL_CHUNK", "CALL_END"})
  void framesThatNobodyWaitsForShareASync(FrameType type) throws Exception {
    SegmentWriter.Open file = file();
    for (int i = 0; i < 5; i++) {
      assertThat(nanosToDurable(file, type)).isGreaterThan(8_000_000);
    }
    assertThat(told).hasSize(5);
  }

  @ParameterizedTest(name = "frames of type {0} are synced at once, with all that wait")
  @EnumSource(
      value = FrameType.class,
      names = {"EVENTS", "TOMBSTONE"})
  void acknowledgedFramesDoNotWait(FrameType type) throws Exception {
    SegmentWriter.Open file = file();
    long shortest = Long.MAX_VALUE;
    long shortestOfTwo = Long.MAX_VALUE;
    for (int i = 0; i < 40; i++) { // a busy machine is late at times, not forty times
      shortest = Math.min(shortest, nanosToDurable(file, type));
      long beganNs = System.nanoTime();
      Frames lazy = write(file, FrameType.CALL_CHUNK);
      write(file, type).await();
      lazy.await();
      shortestOfTwo = Math.min(shortestOfTwo, System.nanoTime() - beganNs);
    }
    assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(8));
    assertThat(Duration.ofNanos(shortestOfTwo)).isLessThan(Duration.ofMillis(8));
  }

  @Test
  @DisplayName("an acknowledged frame ends the wait of others that has begun")
  void acknowledgedFramesEndAWait() throws Exception {
    SegmentWriter.Open file = file();
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 40; i++) {
      Frames lazy = write(file, FrameType.CALL_CHUNK);
      Thread.sleep(1); // the syncer waits for more by now
      shortest = Math.min(shortest, nanosToDurable(file, FrameType.EVENTS));
      lazy.await();
    }
    assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(4));
  }

  @Test
  void leavingAFileIsUrgent() throws Exception {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < 40; i++) {
      SegmentWriter.Open file = file();
      nextSeq++;
      long beganNs = System.nanoTime();
      syncer.finished(file);
      while (!file.segment.sealed) {
        Thread.onSpinWait();
      }
      shortest = Math.min(shortest, System.nanoTime() - beganNs);
    }
    assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(8));
    assertThat(disk.asked()).noneMatch(asked -> asked.startsWith("sync"));
  }

  @Test
  @DisplayName("an interrupted owner still waits for the last sync, and stays interrupted")
  void closesInterrupted() throws Exception {
    SegmentWriter.Open file = file();
    Frames frames = write(file, FrameType.CALL_END);
    Thread.currentThread().interrupt();
    syncer.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Objects.requireNonNull(frames.durable.getNow(null))).contains("names");
  }
}
