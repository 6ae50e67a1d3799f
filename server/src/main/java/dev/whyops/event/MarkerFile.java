package dev.whyops.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Markers sorted by their bits, mapped. Hashes lie evenly, so a look-up guesses the place and needs
 * a few probes. Immutable: written whole, synced, then renamed.
 */
final class MarkerFile {
  private static final int LONGS = 6;
  private static final int RECORD_BYTES = LONGS * 8;

  /** One marker with the event it stands for. */
  record Row(long high, long low, UUID id, long contentHash, long atMs) {}

  final Path path;
  final long hour;
  private final LongBuffer longs;
  private final int rows;

  private MarkerFile(Path path, long hour, LongBuffer longs) {
    this.path = path;
    this.hour = hour;
    this.longs = longs;
    this.rows = longs.capacity() / LONGS;
  }

  /** Writes rows that are sorted as unsigned 128-bit numbers. */
  static MarkerFile write(Path path, long hour, List<Row> sorted) throws IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + ".tmp");
    ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES * 1024);
    try (FileChannel file =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (Row row : sorted) {
        if (!buffer.hasRemaining()) {
          drain(buffer, file);
        }
        buffer.putLong(row.high()).putLong(row.low());
        buffer.putLong(row.id().getMostSignificantBits());
        buffer.putLong(row.id().getLeastSignificantBits());
        buffer.putLong(row.contentHash()).putLong(row.atMs());
      }
      drain(buffer, file);
      file.force(true);
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    return open(path, hour);
  }

  private static void drain(ByteBuffer buffer, FileChannel file) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
    buffer.clear();
  }

  static MarkerFile open(Path path, long hour) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      MappedByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      return new MarkerFile(path, hour, mapped.asLongBuffer());
    }
  }

  int rows() {
    return rows;
  }

  Row row(int index) {
    int at = index * LONGS;
    return new Row(
        longs.get(at),
        longs.get(at + 1),
        new UUID(longs.get(at + 2), longs.get(at + 3)),
        longs.get(at + 4),
        longs.get(at + 5));
  }

  /** Null when it is not in this file. */
  @Nullable Row find(long high, long low) {
    int from = 0;
    int to = rows - 1;
    while (from <= to) {
      int middle = guess(from, to, high);
      int order = compare(longs.get(middle * LONGS), longs.get(middle * LONGS + 1), high, low);
      if (order == 0) {
        return row(middle);
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return null;
  }

  private int guess(int from, int to, long high) {
    double first = unsigned(longs.get(from * LONGS));
    double last = unsigned(longs.get(to * LONGS));
    if (to - from < 8 || last <= first) {
      return (from + to) >>> 1;
    }
    double share = (unsigned(high) - first) / (last - first);
    return from + (int) (Math.clamp(share, 0.0, 1.0) * (to - from));
  }

  private static double unsigned(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }

  static int compare(long high, long low, long otherHigh, long otherLow) {
    int order = Long.compareUnsigned(high, otherHigh);
    return order != 0 ? order : Long.compareUnsigned(low, otherLow);
  }
}
