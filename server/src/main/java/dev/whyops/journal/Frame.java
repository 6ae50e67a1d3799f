package dev.whyops.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of the journal. On disk: {@code len u32 | crc32c u32 | seq u64 | timeNs u64 | type u8
 * | body}, big-endian; {@code len} counts and the checksum covers everything after the checksum.
 *
 * @param timeNs wall-clock nanoseconds since 1970 when the frame was written
 */
public record Frame(long seq, long timeNs, FrameType type, byte[] body) {
  static final int PREFIX_BYTES = 8;
  static final int HEAD_BYTES = 17;
  static final int OVERHEAD_BYTES = PREFIX_BYTES + HEAD_BYTES;

  /** A captured request of 32 MiB and an answer of 4 MiB fit with all that is said about them. */
  public static final int BODY_BYTES_MAX = 40 * 1024 * 1024;

  /** Writes prefix and head of a frame; the body follows. */
  static void putHead(ByteBuffer target, long seq, long timeNs, FrameType type, byte[] body) {
    byte[] head = new byte[HEAD_BYTES];
    ByteBuffer.wrap(head).putLong(seq).putLong(timeNs).put((byte) type.code());
    CRC32C crc = new CRC32C();
    crc.update(head);
    crc.update(body);
    target.putInt(HEAD_BYTES + body.length).putInt((int) crc.getValue()).put(head);
  }

  /** Whole length of the frame that claims to start here, or -1 when no frame can. */
  static int claimedBytes(ByteBuffer buffer, int at) {
    int length = buffer.getInt(at);
    return length < HEAD_BYTES || length > HEAD_BYTES + BODY_BYTES_MAX ? -1 : PREFIX_BYTES + length;
  }

  /** Reads the frame at an index of an array-backed buffer; null when its checksum is wrong. */
  static @Nullable Frame read(ByteBuffer buffer, int at, int frameBytes) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.array(), buffer.arrayOffset() + at + PREFIX_BYTES, frameBytes - PREFIX_BYTES);
    FrameType type = FrameType.ofCode(buffer.get(at + PREFIX_BYTES + 16));
    if ((int) crc.getValue() != buffer.getInt(at + 4) || type == null) {
      return null;
    }
    byte[] body = new byte[frameBytes - OVERHEAD_BYTES];
    buffer.get(at + OVERHEAD_BYTES, body);
    return new Frame(
        buffer.getLong(at + PREFIX_BYTES), buffer.getLong(at + PREFIX_BYTES + 8), type, body);
  }
}
