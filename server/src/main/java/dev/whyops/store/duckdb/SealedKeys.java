package dev.whyops.store.duckdb;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where the traces of a sealed file lie: a mapped file of records sorted by key, found by halving.
 * It costs no memory of ours, and a look-up touches a few pages.
 *
 * <p>Format, little-endian: magic, count, then count times (key, first sequence, last sequence,
 * start in microseconds), all of 8 bytes.
 */
final class SealedKeys implements TraceKeys {
  private static final long MAGIC = 0x31_53_59_45_4b_4f_59_57L; // "WYOKEYS1"
  private static final int HEADER = 16;
  private static final int RECORD = 32;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment map;
  private final long count;

  private SealedKeys(MemorySegment map, long count) {
    this.map = map;
    this.count = count;
  }

  /** Null when there is no such file or it is not whole: then the rows have to be asked. */
  static @Nullable SealedKeys open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      // unmapped when nobody looks any more; a deleted file lives until then
      MemorySegment map =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      if (map.byteSize() < HEADER || map.get(LONG, 0) != MAGIC) {
        return null;
      }
      long count = map.get(LONG, 8);
      return map.byteSize() == HEADER + count * RECORD ? new SealedKeys(map, count) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Writes the file whole or not at all.
   *
   * @param rows key, first and last sequence and start, in order of the key
   */
  static void write(Path path, long count, ResultSet rows) throws SQLException, IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    ByteBuffer buffer = ByteBuffer.allocate(RECORD * 4_096).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      buffer.putLong(MAGIC).putLong(count);
      while (rows.next()) {
        if (buffer.remaining() < RECORD) {
          drain(buffer, channel);
        }
        buffer.putLong(rows.getLong(1)).putLong(rows.getLong(2));
        buffer.putLong(rows.getLong(3)).putLong(rows.getLong(4));
      }
      drain(buffer, channel);
      channel.force(true);
    }
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public @Nullable Range range(long key) {
    long low = 0;
    long high = count - 1;
    while (low <= high) {
      long middle = low + high >>> 1;
      long at = HEADER + middle * RECORD;
      int order = Long.compare(map.get(LONG, at), key);
      if (order == 0) {
        return new Range(map.get(LONG, at + 8), map.get(LONG, at + 16), map.get(LONG, at + 24));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }
}
