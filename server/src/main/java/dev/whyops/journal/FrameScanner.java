package dev.whyops.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frames of one segment up to a bound that may grow. Bytes that are no frame are stepped
 * over up to the next frame with a right checksum and a rising sequence; they are told to a {@link
 * Damage} listener. Buffers one frame, or 256 KiB of small ones. Single-threaded.
 */
final class FrameScanner implements AutoCloseable {
  private static final int WINDOW_BYTES = 256 * 1024;

  /** Told about bytes that had to be skipped. */
  interface Damage {
    void skipped(Segment segment, long from, long to);
  }

  private final Segment segment;
  private final Disk.Readable file;
  private final Damage damage;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
  private long windowAt;
  private long lastSeq;
  private long goodEnd;

  FrameScanner(Disk disk, Segment segment, long lastSeq, Damage damage) throws IOException {
    this.segment = segment;
    this.file = disk.open(segment.name);
    this.lastSeq = lastSeq;
    this.damage = damage;
  }

  /**
   * The next frame below {@code bound}; null when there is none yet, or, with {@code sealed}, none
   * at all. Frames whose sequence does not rise are copies and are left out.
   */
  @Nullable Frame next(long bound, boolean sealed) throws IOException {
    while (true) {
      long at = windowAt + window.position();
      Frame frame = frameAt(at, bound);
      if (frame == null) {
        if (at >= bound || !sealed) {
          return null;
        }
        long good = findGood(at + 1, bound);
        if (good < 0) {
          return null; // a torn tail: the caller decides what it is worth
        }
        damage.skipped(segment, at, good);
        continue;
      }
      window.position(window.position() + Frame.OVERHEAD_BYTES + frame.body().length);
      goodEnd = windowAt + window.position();
      if (frame.seq() > lastSeq) {
        lastSeq = frame.seq();
        return frame;
      }
    }
  }

  /** End of the last good frame. */
  long goodEnd() {
    return goodEnd;
  }

  long lastSeq() {
    return lastSeq;
  }

  private @Nullable Frame frameAt(long at, long bound) throws IOException {
    if (at + Frame.OVERHEAD_BYTES > bound || !fill(at, Frame.OVERHEAD_BYTES, bound)) {
      return null;
    }
    int bytes = Frame.claimedBytes(window, window.position());
    if (bytes < 0 || at + bytes > bound || !fill(at, bytes, bound)) {
      return null;
    }
    return Frame.read(window, window.position(), bytes);
  }

  /**
   * First offset from which a frame with a right checksum and a later sequence starts; the window
   * is left there. The cheap tests come first, so that the checksum is rarely computed on garbage.
   */
  private long findGood(long from, long bound) throws IOException {
    for (long at = from; at + Frame.OVERHEAD_BYTES <= bound; at++) {
      seek(at);
      if (!fill(at, Frame.OVERHEAD_BYTES, bound)) {
        return -1;
      }
      int bytes = Frame.claimedBytes(window, window.position());
      if (bytes < 0 || at + bytes > bound) {
        continue;
      }
      long seq = window.getLong(window.position() + Frame.PREFIX_BYTES);
      if (seq > lastSeq && seq >= segment.firstSeq && frameAt(at, bound) != null) {
        return at;
      }
    }
    return -1;
  }

  private void seek(long at) {
    if (at >= windowAt && at <= windowAt + window.limit()) {
      window.position((int) (at - windowAt));
    } else {
      window.limit(0);
      windowAt = at;
    }
  }

  /** Makes {@code bytes} bytes available from the window's position, which is at {@code at}. */
  private boolean fill(long at, int bytes, long bound) throws IOException {
    if (window.remaining() >= bytes) {
      return true;
    }
    ByteBuffer target =
        bytes <= window.capacity() && window.capacity() <= 4 * WINDOW_BYTES
            ? window
            : ByteBuffer.allocate(Math.max(bytes, WINDOW_BYTES));
    if (target == window) {
      window.compact();
    } else {
      target.put(window);
    }
    target.limit((int) Math.min(target.capacity(), bound - at));
    while (target.hasRemaining()) {
      int read = file.read(target, at + target.position());
      if (read <= 0) {
        break;
      }
    }
    window = target.flip();
    windowAt = at;
    return window.remaining() >= bytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
