package dev.whyops.journal;

import dev.whyops.journal.FrameQueue.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes groups of frames to the newest segment: all of a group or nothing. Many small frames go
 * out in one write. Used by the writer thread alone, but for {@link Open#failed}.
 */
final class SegmentWriter {
  private static final int STAGE_BYTES = 1024 * 1024;

  /** A segment that is open for writing. */
  static final class Open {
    final Segment segment;
    final Disk.Writable file;
    long end;

    /** A sync failed: nothing more goes into this file. Set by the syncer. */
    volatile boolean failed;

    Open(Segment segment, Disk.Writable file) {
      this.segment = segment;
      this.file = file;
    }
  }

  private final Disk disk;
  private final long segmentBytes;
  private final ByteBuffer stage = ByteBuffer.allocateDirect(STAGE_BYTES);
  private @Nullable Open open;
  private long nextSeq;

  SegmentWriter(Disk disk, long segmentBytes, long nextSeq) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.nextSeq = nextSeq;
  }

  /** The file for a group of this size; a new one when the current is full or failed. */
  Open fileFor(long groupBytes) throws IOException {
    Open current = open;
    if (current != null
        && !current.failed
        && (current.end == 0 || current.end + groupBytes <= segmentBytes)) {
      return current;
    }
    if (current != null && current.segment.firstSeq == nextSeq) {
      nextSeq++; // a fresh name, though the abandoned file holds nothing
    }
    Segment segment = Segment.startingAt(nextSeq);
    Open fresh = new Open(segment, disk.create(segment.name));
    open = fresh;
    return fresh;
  }

  @Nullable Open current() {
    return open;
  }

  /**
   * Writes the frames and numbers them; on an exception the file ends where it ended before, or is
   * abandoned when even that cannot be had.
   */
  void write(Open target, List<Entry> group, long timeNs) throws IOException {
    long seq = nextSeq;
    long written = 0;
    try {
      stage.clear();
      for (Entry entry : group) {
        if (stage.remaining() < Frame.OVERHEAD_BYTES) {
          written += flush(target);
        }
        Frame.putHead(stage, seq, timeNs, entry.type, entry.body);
        written += put(target, entry.body);
        entry.seq = seq++;
      }
      written += flush(target);
    } catch (IOException e) {
      cutBack(target);
      throw e;
    }
    nextSeq = seq;
    target.end += written;
  }

  private long put(Open target, byte[] body) throws IOException {
    long written = 0;
    int from = 0;
    while (from < body.length) {
      if (!stage.hasRemaining()) {
        written += flush(target);
      }
      int part = Math.min(stage.remaining(), body.length - from);
      stage.put(body, from, part);
      from += part;
    }
    return written;
  }

  private long flush(Open target) throws IOException {
    stage.flip();
    long bytes = stage.remaining();
    while (stage.hasRemaining()) {
      target.file.write(stage);
    }
    stage.clear();
    return bytes;
  }

  private void cutBack(Open target) {
    try {
      disk.truncate(target.segment.name, target.end);
    } catch (IOException e) {
      target.failed = true;
    }
  }
}
