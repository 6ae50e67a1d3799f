package dev.whyops.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows the durable frames in order of sequence, across files, damage and the end of the known:
 * there it waits for more. For one thread.
 */
public final class JournalReader implements AutoCloseable {
  private final Disk disk;
  private final Segments segments;
  private final long fromSeq;
  private long lastSeq;
  private @Nullable Segment segment;
  private @Nullable FrameScanner scanner;

  JournalReader(Disk disk, Segments segments, long fromSeq) {
    this.disk = disk;
    this.segments = segments;
    this.fromSeq = fromSeq;
  }

  /** The next frame, or null when none became durable in time. */
  public @Nullable Frame next(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      long seen = segments.newsCount();
      Frame frame = tryNext();
      if (frame != null) {
        return frame;
      }
      long leftMs = (deadline - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return null;
      }
      segments.awaitNews(seen, leftMs);
    }
  }

  /** The next frame if it is durable already. */
  public @Nullable Frame tryNext() throws IOException {
    while (true) {
      if (segment == null && !enter(segments.holding(fromSeq))) {
        return null;
      }
      Segment current = Objects.requireNonNull(segment);
      FrameScanner frames = Objects.requireNonNull(scanner);
      boolean sealed = current.sealed; // before the bound: it does not move any more once sealed
      long bound = current.readableTo;
      Frame frame = frames.next(bound, sealed);
      if (frame == null) {
        if (!sealed) {
          return null;
        }
        Segment next = segments.after(current);
        if (frames.goodEnd() < bound) {
          segments.quarantine(current, frames.goodEnd(), bound);
        }
        if (!enter(next)) {
          return null;
        }
        continue;
      }
      lastSeq = frame.seq();
      if (frame.seq() >= fromSeq) {
        return frame;
      }
    }
  }

  private boolean enter(@Nullable Segment next) throws IOException {
    if (next == null) {
      return false;
    }
    close();
    scanner = new FrameScanner(disk, next, lastSeq, segments::quarantine);
    segment = next;
    return true;
  }

  @Override
  public void close() throws IOException {
    if (scanner != null) {
      scanner.close();
      scanner = null;
    }
  }
}
