package dev.whyops.journal;

import static dev.whyops.journal.JournalTesting.bytes;
import static dev.whyops.journal.JournalTesting.frame;
import static dev.whyops.journal.JournalTesting.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.journal.FrameQueue.Entry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups of frames in files: whole, numbered, or not at all. */
class SegmentWriterTest {
  private static final int STAGE = 1024 * 1024;

  private final SimDisk disk = new SimDisk(new Random(1));
  private final SegmentWriter writer = new SegmentWriter(disk, 1_000, 7);

  private static Entry entry(byte[] body) {
    return new Entry(FrameType.EVENTS, body, Journal.Receipt.NONE);
  }

  private byte[] content(SegmentWriter.Open file) {
    return disk.content(file.segment.name);
  }

  private SegmentWriter.Open write(long groupBytes, Entry... group) throws IOException {
    SegmentWriter.Open file = writer.fileFor(groupBytes);
    writer.write(file, List.of(group), 77);
    return file;
  }

  @Test
  void writesAndNumbersAGroup() throws Exception {
    assertThat(writer.current()).isNull();
    Entry one = entry(bytes("one"));
    Entry two = entry(bytes("two!"));
    SegmentWriter.Open file = write(57, one, two);
    assertThat(writer.current()).isSameAs(file);
    assertThat(file.segment.firstSeq).isEqualTo(7);
    assertThat(content(file)).isEqualTo(joined(frame(7, one.body), frame(8, two.body)));
    assertThat(file.end).isEqualTo(57);
    assertThat(one.seq).isEqualTo(7);
    assertThat(two.seq).isEqualTo(8);
    Entry three = entry(new byte[0]);
    assertThat(write(25, three)).isSameAs(file);
    assertThat(three.seq).isEqualTo(9);
    assertThat(file.end).isEqualTo(82);
  }

  @Test
  void fillsAFileToItsBoundAndNotBeyond() throws Exception {
    SegmentWriter.Open first = write(525, entry(new byte[500]));
    assertThat(writer.fileFor(475)).isSameAs(first);
    SegmentWriter.Open second = writer.fileFor(476);
    assertThat(second).isNotSameAs(first);
    assertThat(second.segment.firstSeq).isEqualTo(8);
    assertThat(writer.fileFor(1_000_000)).as("an empty file takes all").isSameAs(second);
  }

  @Test
  @DisplayName("F-06 the name of a file that was given up empty is not used again")
  void leavesAFailedFile() throws Exception {
    SegmentWriter.Open empty = writer.fileFor(10);
    empty.failed = true;
    SegmentWriter.Open next = writer.fileFor(10);
    assertThat(next.segment.firstSeq).isEqualTo(8);
    Entry entry = entry(bytes("x"));
    writer.write(next, List.of(entry), 1);
    assertThat(entry.seq).isEqualTo(8);
    next.failed = true;
    assertThat(writer.fileFor(10).segment.firstSeq).isEqualTo(9);
  }

  @ParameterizedTest(name = "a first frame that leaves {0} bytes of the buffer")
  @ValueSource(ints = {0, 1, 24, 25, 26, 31, 32, 1_000})
  void writesFramesAcrossTheEdgeOfItsBuffer(int left) throws Exception {
    disk.shortWrites();
    byte[] large = new byte[STAGE - Frame.OVERHEAD_BYTES - left];
    byte[] larger = new byte[2 * STAGE + 13];
    new Random(4).nextBytes(large);
    new Random(5).nextBytes(larger);
    SegmentWriter.Open file =
        write(1, entry(large), entry(bytes("after")), entry(larger), entry(new byte[0]));
    byte[] expected =
        joined(frame(7, large), frame(8, bytes("after")), frame(9, larger), frame(10, new byte[0]));
    assertThat(Arrays.equals(content(file), expected)).isTrue();
    assertThat(file.end).isEqualTo(expected.length);
  }

  @Test
  @DisplayName("F-07 of a group that could not be written nothing stays, nor is a number used up")
  void takesAHalfWrittenGroupBack() throws Exception {
    SegmentWriter.Open file = write(28, entry(bytes("one")));
    disk.failWrite(3); // the second write of the group
    List<Entry> group = List.of(entry(new byte[STAGE]), entry(bytes("three")));
    assertThatThrownBy(() -> writer.write(file, group, 77)).isInstanceOf(IOException.class);
    assertThat(content(file)).isEqualTo(frame(7, bytes("one")));
    assertThat(file.failed).isFalse();
    Entry again = entry(bytes("again"));
    assertThat(write(30, again)).isSameAs(file);
    assertThat(again.seq).isEqualTo(8);
    assertThat(content(file)).isEqualTo(joined(frame(7, bytes("one")), frame(8, again.body)));
    assertThat(file.end).isEqualTo(58);
  }

  @Test
  @DisplayName("F-07 a file whose half-written end cannot be cut off is given up")
  void givesUpAFileThatItCannotCut() throws Exception {
    SegmentWriter.Open file = write(28, entry(bytes("one")));
    disk.failWrite(2).refuse("truncate");
    assertThatThrownBy(() -> writer.write(file, List.of(entry(bytes("two"))), 77))
        .isInstanceOf(IOException.class);
    assertThat(file.failed).isTrue();
    assertThat(writer.fileFor(28).segment.firstSeq).isEqualTo(8);
  }
}
