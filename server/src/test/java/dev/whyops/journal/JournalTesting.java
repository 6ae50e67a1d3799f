package dev.whyops.journal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** What the journal's tests share. */
final class JournalTesting {
  static final JournalSettings SMALL =
      new JournalSettings(JournalSettings.Sync.GROUP, 4096, 1024 * 1024, Long.MAX_VALUE, 1.0, 0);

  private JournalTesting() {}

  static SegmentJournal open(Disk disk) {
    return open(disk, SMALL);
  }

  static SegmentJournal open(Disk disk, JournalSettings settings) {
    try {
      return SegmentJournal.open(disk, settings, Clock.systemUTC(), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A frame as it lies in a file. */
  static byte[] frame(long seq, byte[] body) {
    ByteBuffer frame = ByteBuffer.allocate(Frame.OVERHEAD_BYTES + body.length);
    Frame.putHead(frame, seq, 77, FrameType.EVENTS, body);
    return frame.put(body).array();
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  static String text(Frame frame) {
    return new String(frame.body(), StandardCharsets.UTF_8);
  }

  /** All that can be read now, as text. */
  static List<String> readAll(SegmentJournal journal) {
    List<String> texts = new ArrayList<>();
    try (JournalReader reader = journal.readFrom(0)) {
      for (Frame frame = reader.tryNext(); frame != null; frame = reader.tryNext()) {
        texts.add(text(frame));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return texts;
  }
}
