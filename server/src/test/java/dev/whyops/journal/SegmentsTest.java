package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.frame;
import static dev.whyops.journal.JournalTesting.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The files of a journal: found, cut, kept aside and deleted. */
class SegmentsTest {
  private final SimDisk disk = new SimDisk(new Random(1));
  private final Segments segments = new Segments(disk);

  private static String name(long seq) {
    return Segment.startingAt(seq).name;
  }

  private void put(long firstSeq, byte[]... frames) {
    disk.put(name(firstSeq), joined(frames));
  }

  @Test
  void anEmptyDirectoryHoldsNothing() throws Exception {
    assertThat(segments.recover()).isZero();
    assertThat(segments.bytes()).isZero();
    assertThat(segments.holding(1)).isNull();
    segments.deleteBelow(100);
    assertThat(disk.asked()).isEmpty();
  }

  @Test
  @DisplayName("the newest file is read to its last frame; of the others only the names count")
  void findsTheHighestSequence() throws Exception {
    put(1, frame(1, new byte[10]), frame(2, new byte[20]));
    put(3, frame(3, new byte[0]), frame(4, new byte[5]), frame(7, new byte[6]));
    disk.put("reserve", new byte[5_000]);
    disk.put("0003.j1", new byte[7]);
    assertThat(segments.recover()).isEqualTo(7);
    assertThat(segments.bytes()).isEqualTo(5L * Frame.OVERHEAD_BYTES + 41);
    assertThat(disk.asked()).noneMatch(asked -> asked.startsWith("truncate"));
  }

  @Test
  void numbersAboveTheNameOfAFileThatHoldsNothing() throws Exception {
    put(9, new byte[0]);
    assertThat(segments.recover()).isEqualTo(9);
    assertThat(Objects.requireNonNull(segments.holding(9)).sealed).isTrue();
  }

  @Test
  @DisplayName("F-11 the torn tail of the newest file is cut off, that of another is left")
  void cutsTheTornTailOfTheNewest() throws Exception {
    byte[] good = frame(5, new byte[30]);
    put(1, frame(1, new byte[4]), new byte[11]);
    put(5, good, new byte[50]);
    assertThat(segments.recover()).isEqualTo(5);
    assertThat(disk.content(name(5))).isEqualTo(good);
    assertThat(disk.content(name(1))).hasSize(Frame.OVERHEAD_BYTES + 4 + 11);
    assertThat(Objects.requireNonNull(segments.holding(5)).readableTo).isEqualTo(good.length);
    assertThat(segments.damagedBytes()).isZero();
  }

  @Test
  void findsTheFileThatMayHoldASequence() throws Exception {
    put(10, frame(10, new byte[0]));
    put(20, frame(20, new byte[0]));
    segments.recover();
    Segment first = Objects.requireNonNull(segments.holding(3));
    assertThat(first.firstSeq).isEqualTo(10);
    assertThat(segments.holding(19)).isSameAs(first);
    Segment second = Objects.requireNonNull(segments.holding(20));
    assertThat(second.firstSeq).isEqualTo(20);
    assertThat(segments.after(first)).isSameAs(second);
    assertThat(segments.after(second)).isNull();
  }

  @Test
  void deletesWhatLiesWhollyBelowAndNeverTheNewest() throws Exception {
    put(10, frame(10, new byte[0]));
    put(20, frame(20, new byte[0]));
    put(30, frame(30, new byte[0]));
    segments.recover();
    segments.deleteBelow(19);
    assertThat(disk.list()).containsExactly(name(10), name(20), name(30));
    segments.deleteBelow(20);
    assertThat(disk.list()).containsExactly(name(20), name(30));
    assertThat(segments.bytes()).isEqualTo(2L * Frame.OVERHEAD_BYTES);
    segments.deleteBelow(Long.MAX_VALUE);
    assertThat(disk.list()).containsExactly(name(30));
  }

  @Test
  void deletesNoFileThatIsStillWritten() {
    segments.add(Segment.startingAt(1));
    segments.add(Segment.startingAt(2));
    segments.deleteBelow(5);
    assertThat(disk.asked()).isEmpty();
    Objects.requireNonNull(segments.holding(1)).sealed = true;
    segments.deleteBelow(5);
    assertThat(disk.asked()).containsExactly("delete " + name(1));
  }

  @Test
  void keepsKnowingAFileThatCouldNotBeDeleted() throws Exception {
    put(10, frame(10, new byte[0]));
    put(20, frame(20, new byte[0]));
    segments.recover();
    disk.refuse("delete");
    segments.deleteBelow(20);
    assertThat(Objects.requireNonNull(segments.holding(10)).firstSeq).isEqualTo(10);
    disk.refuse("nothing");
    segments.deleteBelow(20);
    assertThat(disk.list()).containsExactly(name(20));
  }

  @Test
  @DisplayName("F-11 the bytes that are kept aside are those that were damaged, to the last")
  void keepsDamageAside() throws Exception {
    byte[] content = new byte[200_000];
    new Random(5).nextBytes(content);
    put(1, content);
    segments.recover();
    disk.put(name(1), content); // as it was before its tail was cut
    disk.shortReads().shortWrites();
    Segment segment = Objects.requireNonNull(segments.holding(1));
    segments.quarantine(segment, 100, 150_000);
    String aside = "quarantine-" + name(1) + "-100";
    assertThat(disk.content(aside)).isEqualTo(java.util.Arrays.copyOfRange(content, 100, 150_000));
    assertThat(segments.damagedBytes()).isEqualTo(149_900);
    assertThat(disk.asked()).contains("close " + aside);
    segments.quarantine(segment, 199_990, 200_010); // a file that became shorter
    assertThat(disk.content("quarantine-" + name(1) + "-199990")).hasSize(10);
    assertThat(segments.damagedBytes()).isEqualTo(149_920);
  }

  @Test
  @DisplayName("F-11 a reader keeps the torn end of a file before the newest aside, and goes on")
  void readersGoOnBehindATornFile() throws Exception {
    byte[] torn = {1, 2, 3, 4, 5};
    put(1, frame(1, new byte[10]), torn);
    put(2, frame(2, new byte[0]));
    segments.recover();
    try (JournalReader reader = new JournalReader(disk, segments, 0)) {
      assertThat(Objects.requireNonNull(reader.tryNext()).seq()).isEqualTo(1);
      assertThat(Objects.requireNonNull(reader.tryNext()).seq()).isEqualTo(2);
      assertThat(reader.tryNext()).isNull();
    }
    assertThat(segments.damagedBytes()).isEqualTo(torn.length);
    assertThat(disk.content("quarantine-" + name(1) + "-35")).isEqualTo(torn);
    assertThat(disk.list()).hasSize(3);
  }

  @Test
  void countsDamageThatCannotBeKeptAside() throws Exception {
    put(1, frame(1, new byte[9]));
    segments.recover();
    disk.refuse("create");
    segments.quarantine(Objects.requireNonNull(segments.holding(1)), 0, 9);
    assertThat(segments.damagedBytes()).isEqualTo(9);
    assertThat(disk.list()).containsExactly(name(1));
  }

  @Test
  void aReaderThatMissedNewsDoesNotWait() throws Exception {
    long seen = segments.newsCount();
    segments.wakeReaders();
    assertThat(segments.newsCount()).isEqualTo(seen + 1);
    long beganNs = System.nanoTime();
    segments.awaitNews(seen, 60_000);
    segments.awaitNews(segments.newsCount(), 0);
    segments.awaitNews(segments.newsCount(), -5);
    assertThat(Duration.ofNanos(System.nanoTime() - beganNs)).isLessThan(Duration.ofSeconds(50));
  }

  @Test
  void aReaderIsWokenByNewsAndWaitsNoLongerThanItAsked() throws Exception {
    long seen = segments.newsCount();
    long beganNs = System.nanoTime();
    segments.awaitNews(seen, 30);
    assertThat(System.nanoTime() - beganNs).isGreaterThan(25_000_000);
    CompletableFuture<Long> woken = new CompletableFuture<>();
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    segments.awaitNews(seen, 600_000);
                    woken.complete(segments.newsCount());
                  } catch (InterruptedException e) {
                    woken.completeExceptionally(e);
                  }
                });
    while (reader.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    segments.wakeReaders();
    assertThat(woken.get(30, TimeUnit.SECONDS)).isEqualTo(seen + 1);
  }

  @Test
  void knowsItsFilesByName() {
    assertThat(List.of("00000000000000000001.j1", "00000000000000000001.j27"))
        .allMatch(Segment::isName);
    assertThat(List.of("0000000000000000001.j1", "00000000000000000001.j", "reserve", "lock"))
        .noneMatch(Segment::isName);
    assertThat(Segment.existing("00000000000000000123.j1").firstSeq).isEqualTo(123);
  }
}
