package dev.whyops.event;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Walks the members of a gzip body, holding nothing of what they become. The platform's stream
 * silently ignores bytes behind the last one, and those may be a cut or foreign body.
 */
final class GzipMembers {
  private static final int HEAD_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  private GzipMembers() {}

  /**
   * The size without the coding, -1 when the body is not whole members from its first to its last
   * byte, and something beyond {@code max} as soon as it is more.
   */
  static long plainSize(byte[] body, long max) {
    long size = 0;
    int at = 0;
    Inflater inflater = new Inflater(true);
    try {
      while (at < body.length) {
        int data = behindHead(body, at);
        if (data < 0) {
          return -1;
        }
        inflater.reset();
        inflater.setInput(body, data, body.length - data);
        long member = inflate(inflater, max - size);
        if (member < 0) {
          return -1;
        }
        size += member;
        if (size > max) {
          return size;
        }
        at = data + (int) inflater.getBytesRead() + TRAILER_BYTES;
      }
    } finally {
      inflater.end();
    }
    return at == body.length && at > 0 ? size : -1;
  }

  /** The size of one member, or of its part beyond the limit; -1 when it is damaged or cut. */
  private static long inflate(Inflater inflater, long max) {
    byte[] sink = new byte[32 * 1024];
    try {
      while (!inflater.finished() && inflater.getBytesWritten() <= max) {
        if (inflater.inflate(sink) == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return -1;
        }
      }
      return inflater.getBytesWritten();
    } catch (DataFormatException e) {
      return -1;
    }
  }

  private static int behindHead(byte[] body, int at) {
    if (body.length - at < HEAD_BYTES || body[at] != 0x1F || body[at + 1] != (byte) 0x8B) {
      return -1;
    }
    int flags = body[at + 3];
    int next = at + HEAD_BYTES;
    if ((flags & 4) != 0) {
      if (body.length - next < 2) {
        return -1;
      }
      next += 2 + (body[next] & 0xFF) + ((body[next + 1] & 0xFF) << 8);
    }
    for (int bit = 8; bit <= 16; bit *= 2) { // file name, then comment, each ended by a zero
      if ((flags & bit) != 0) {
        while (next < body.length && body[next] != 0) {
          next++;
        }
        next++;
      }
    }
    next += (flags & 2) != 0 ? 2 : 0;
    return next <= body.length ? next : -1;
  }
}
