package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.frame;
import static dev.whyops.journal.JournalTesting.joined;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are found wherever they lie, and only there. */
class FrameScannerTest {
  private static final int WINDOW = 256 * 1024;

  private final SimDisk disk = new SimDisk(new Random(1)).shortReads();
  private final Segment segment = Segment.startingAt(10);
  private final List<String> skipped = new ArrayList<>();

  private FrameScanner over(byte[] content) throws IOException {
    disk.put(segment.name, content);
    return new FrameScanner(
        disk, segment, 9, (s, from, to) -> skipped.add(s.name + " " + from + "-" + to));
  }

  /** The sequences of all frames of a file that nothing is added to. */
  private List<Long> sequences(byte[] content) throws IOException {
    List<Long> found = new ArrayList<>();
    try (FrameScanner scanner = over(content)) {
      for (Frame f = scanner.next(content.length, true);
          f != null;
          f = scanner.next(content.length, true)) {
        found.add(f.seq());
      }
      return found;
    }
  }

  private String skip(int from, int to) {
    return segment.name + " " + from + "-" + to;
  }

  @Test
  @DisplayName("frames of no, small and huge bodies are read across all edges of the buffer")
  void readsFramesOfEverySize() throws Exception {
    int[] sizes = {
      0, 1, WINDOW - 51, 0, WINDOW - 25, WINDOW - 24, 7, 3 * WINDOW, 9, 5 * WINDOW, 0, 2, WINDOW, 1
    };
    byte[][] frames = new byte[sizes.length][];
    Random random = new Random(2);
    for (int i = 0; i < sizes.length; i++) {
      byte[] body = new byte[sizes[i]];
      random.nextBytes(body);
      frames[i] = frame(10 + i, body);
    }
    byte[] content = joined(frames);
    long end = 0;
    try (FrameScanner scanner = over(content)) {
      for (int i = 0; i < sizes.length; i++) {
        Frame found = Objects.requireNonNull(scanner.next(content.length, false), "frame " + i);
        assertThat(found.seq()).isEqualTo(10 + i);
        assertThat(found.timeNs()).isEqualTo(77);
        assertThat(found.type()).isEqualTo(FrameType.EVENTS);
        assertThat(frame(found.seq(), found.body())).isEqualTo(frames[i]);
        end += frames[i].length;
        assertThat(scanner.goodEnd()).isEqualTo(end);
        assertThat(scanner.lastSeq()).isEqualTo(10 + i);
      }
      assertThat(scanner.next(content.length, true)).isNull();
    }
    assertThat(skipped).isEmpty();
    assertThat(disk.asked()).endsWith("close " + segment.name);
  }

  @Test
  void readsNothingBeyondTheBoundThoughItIsThere() throws Exception {
    byte[] first = frame(10, new byte[40]);
    byte[] second = frame(11, new byte[50]);
    byte[] content = joined(first, second, frame(12, new byte[0]));
    try (FrameScanner scanner = over(content)) {
      for (int bound = 0; bound < first.length; bound++) {
        assertThat(scanner.next(bound, false)).as("bound %d", bound).isNull();
      }
      assertThat(scanner.next(first.length, false)).isNotNull();
      for (int more = 0; more < second.length; more++) {
        assertThat(scanner.next(first.length + more, false)).as("%d more", more).isNull();
      }
      assertThat(scanner.goodEnd()).isEqualTo(first.length);
      assertThat(scanner.next(first.length + second.length, false)).isNotNull();
      assertThat(scanner.next(first.length + second.length, true)).isNull();
      assertThat(Objects.requireNonNull(scanner.next(content.length, true)).seq()).isEqualTo(12);
    }
    assertThat(skipped).isEmpty();
  }

  @ParameterizedTest(name = "F-11 each flipped byte of a frame with a body of {0} costs that frame")
  @ValueSource(ints = {0, 1, 60})
  void stepsOverADamagedFrame(int bodyBytes) throws Exception {
    byte[] first = frame(10, new byte[30]);
    byte[] second = frame(11, new byte[bodyBytes]);
    byte[] content = joined(first, second, frame(12, new byte[0]));
    int from = first.length;
    int to = first.length + second.length;
    for (int at = from; at < to; at++) {
      byte[] bad = content.clone();
      bad[at] ^= 4;
      assertThat(sequences(bad)).as("byte %d", at - from).containsExactly(10L, 12L);
      assertThat(skipped).as("byte %d", at - from).containsExactly(skip(from, to));
      skipped.clear();
    }
  }

  @Test
  @DisplayName("damage in a file that still grows is left alone: the rest may be on its way")
  void waitsAtDamageThatMayStillBeWritten() throws Exception {
    byte[] bad = frame(10, new byte[30]);
    bad[40] ^= 1;
    byte[] content = joined(bad, frame(11, new byte[3]));
    try (FrameScanner scanner = over(content)) {
      assertThat(scanner.next(content.length, false)).isNull();
      assertThat(scanner.goodEnd()).isZero();
      assertThat(skipped).isEmpty();
      assertThat(Objects.requireNonNull(scanner.next(content.length, true)).seq()).isEqualTo(11);
    }
    assertThat(skipped).containsExactly(skip(0, bad.length));
  }

  @ParameterizedTest(name = "F-11 {0} bytes of noise between frames are stepped over")
  @ValueSource(ints = {1, 24, 25, 26, WINDOW - 56, WINDOW - 55, WINDOW, WINDOW + 40_000})
  void stepsOverNoise(int noise) throws Exception {
    byte[] first = frame(10, new byte[5]);
    byte[] junk = new byte[noise];
    new Random(3).nextBytes(junk);
    byte[] last = frame(11, new byte[9]);
    assertThat(sequences(joined(first, junk, last))).containsExactly(10L, 11L);
    assertThat(skipped).containsExactly(skip(first.length, first.length + noise));
    assertThat(sequences(joined(first, new byte[noise], last))).containsExactly(10L, 11L);
  }

  @Test
  void takesNoFrameOfAnEarlierSequenceOutOfNoise() throws Exception {
    byte[] junk = {1, 2, 3};
    byte[] first = frame(12, new byte[5]);
    byte[] content =
        joined(
            junk,
            frame(9, new byte[8]), // of a file before this one
            first,
            junk,
            frame(12, new byte[6]), // a copy
            frame(11, new byte[7]),
            frame(13, new byte[0]));
    assertThat(sequences(content)).containsExactly(12L, 13L);
    int firstAt = 3 + Frame.OVERHEAD_BYTES + 8;
    assertThat(skipped)
        .containsExactly(
            skip(0, firstAt), skip(firstAt + first.length, content.length - Frame.OVERHEAD_BYTES));
  }

  @Test
  @DisplayName("F-11 of two damaged frames in a row neither is taken")
  void stepsOverTwoDamagedFrames() throws Exception {
    byte[] second = frame(11, new byte[20]);
    byte[] third = frame(12, new byte[30]);
    second[second.length - 1] ^= 1;
    third[third.length - 1] ^= 1;
    byte[] content = joined(frame(10, new byte[0]), second, third, frame(13, new byte[0]));
    assertThat(sequences(content)).containsExactly(10L, 13L);
    assertThat(skipped)
        .containsExactly(skip(Frame.OVERHEAD_BYTES, content.length - Frame.OVERHEAD_BYTES));
  }

  @Test
  void takesNoFrameOutOfNoiseThatTheFileCannotHold() throws Exception {
    byte[] content = joined(new byte[] {7}, frame(8, new byte[3]), frame(10, new byte[0]));
    disk.put(segment.name, content);
    try (FrameScanner scanner = // the reader comes from a file that ended with 5
        new FrameScanner(disk, segment, 5, (s, from, to) -> skipped.add(from + "-" + to))) {
      assertThat(Objects.requireNonNull(scanner.next(content.length, true)).seq()).isEqualTo(10);
    }
    assertThat(skipped).containsExactly("0-" + (content.length - Frame.OVERHEAD_BYTES));
  }

  @Test
  void takesTheFirstSequenceOfTheFileOutOfNoise() throws Exception {
    assertThat(sequences(joined(new byte[] {7}, frame(10, new byte[0])))).containsExactly(10L);
    assertThat(skipped).containsExactly(skip(0, 1));
  }

  @Test
  void leavesCopiesOut() throws Exception {
    byte[] one = frame(10, new byte[5]);
    byte[] content = joined(one, one, frame(11, new byte[1]), one);
    assertThat(sequences(content)).containsExactly(10L, 11L);
    assertThat(skipped).isEmpty();
  }

  @Test
  @DisplayName("F-11 a torn or zero-filled tail is no damage: its begin is told, and no more")
  void endsAtATornTail() throws Exception {
    byte[] good = frame(10, new byte[5]);
    byte[] torn = frame(11, new byte[100]);
    List<byte[]> tails = new ArrayList<>();
    for (int length = 1; length < torn.length; length += 7) {
      tails.add(Arrays.copyOf(torn, length));
    }
    tails.add(new byte[1]);
    tails.add(new byte[Frame.OVERHEAD_BYTES]);
    tails.add(new byte[WINDOW]);
    tails.add(joined(torn, new byte[30]));
    tails.getLast()[60] ^= 1;
    for (byte[] tail : tails) {
      byte[] content = joined(good, tail);
      try (FrameScanner scanner = over(content)) {
        assertThat(scanner.next(content.length, true)).isNotNull();
        assertThat(scanner.next(content.length, true)).isNull();
        assertThat(scanner.goodEnd()).isEqualTo(good.length);
      }
    }
    assertThat(skipped).isEmpty();
  }

  @Test
  @DisplayName("a file that is shorter than it should be ends where it ends")
  void readsNoMoreThanThereIs() throws Exception {
    byte[] good = frame(10, new byte[5]);
    byte[] next = frame(11, new byte[60]);
    for (int length = 0; length < next.length; length++) {
      byte[] content = joined(good, Arrays.copyOf(next, length));
      try (FrameScanner scanner = over(content)) {
        assertThat(scanner.next(good.length + next.length, true)).isNotNull();
        assertThat(scanner.next(good.length + next.length, true)).as("%d", length).isNull();
        assertThat(scanner.goodEnd()).isEqualTo(good.length);
      }
    }
    assertThat(skipped).isEmpty();
  }

  @Test
  @DisplayName("frames, noise and large frames are read in large pieces, each once or twice")
  void readsEachByteFewTimes() throws Exception {
    SimDisk plain = new SimDisk(new Random(1));
    byte[] small = frame(9, new byte[100]); // of an earlier file: stepped over like noise
    byte[][] parts = new byte[20_000][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = i < 10_000 ? frame(10 + i, new byte[100]) : small;
    }
    byte[] content = joined(joined(parts), frame(30_000, new byte[9 * WINDOW]));
    plain.put(segment.name, content);
    try (FrameScanner scanner =
        new FrameScanner(plain, segment, 9, (s, from, to) -> skipped.add(s.name))) {
      int frames = 0;
      while (scanner.next(content.length, true) != null) {
        frames++;
      }
      assertThat(frames).isEqualTo(10_001);
    }
    assertThat(plain.reads()).isLessThan(2L * content.length / WINDOW);
  }

  @Test
  void believesOnlyLengthsThatAFrameCanHave() {
    assertThat(claimed(Frame.HEAD_BYTES - 1)).isEqualTo(-1);
    assertThat(claimed(Frame.HEAD_BYTES)).isEqualTo(Frame.OVERHEAD_BYTES);
    int most = Frame.HEAD_BYTES + Frame.BODY_BYTES_MAX;
    assertThat(claimed(most)).isEqualTo(Frame.PREFIX_BYTES + most);
    assertThat(claimed(most + 1)).isEqualTo(-1);
    assertThat(claimed(-1)).isEqualTo(-1);
  }

  private static int claimed(int length) {
    return Frame.claimedBytes(ByteBuffer.allocate(9).putInt(1, length), 1);
  }

  @Test
  void readsAFrameOutOfTheMiddleOfABuffer() {
    byte[] around = joined(new byte[13], frame(5, new byte[] {1, 2, 3}), new byte[9]);
    ByteBuffer slice = ByteBuffer.wrap(around).slice(3, around.length - 3);
    Frame found = Objects.requireNonNull(Frame.read(slice, 10, Frame.OVERHEAD_BYTES + 3));
    assertThat(found.seq()).isEqualTo(5);
    assertThat(found.body()).containsExactly(1, 2, 3);
  }

  @Test
  void knowsNoTypeThatItDoesNotWrite() {
    byte[] body = new byte[2];
    ByteBuffer frame = ByteBuffer.allocate(Frame.OVERHEAD_BYTES + 2);
    Frame.putHead(frame, 1, 2, FrameType.TOMBSTONE, body);
    assertThat(Frame.read(frame, 0, frame.capacity())).isNotNull();
    frame.put(Frame.PREFIX_BYTES + 16, (byte) 6); // of a later version, and whole
    CRC32C crc = new CRC32C();
    crc.update(frame.array(), Frame.PREFIX_BYTES, Frame.HEAD_BYTES + 2);
    frame.putInt(4, (int) crc.getValue());
    assertThat(Frame.read(frame, 0, frame.capacity())).isNull();
    for (FrameType type : FrameType.values()) {
      assertThat(FrameType.ofCode(type.code())).isEqualTo(type);
    }
    assertThat(FrameType.ofCode(0)).isNull();
    assertThat(FrameType.ofCode(6)).isNull();
  }
}
