package dev.whyops.event;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Walks the members of a gzip body. The platform's stream silently ignores bytes behind the last
 * one, and those may be a cut or foreign body.
 */
final class GzipMembers {
  private static final int HEAD_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  private GzipMembers() {}

  /** Whether the body is whole members from its first to its last byte. */
  static boolean fill(byte[] body) {
    int at = 0;
    while (at < body.length) {
      int data = behindHead(body, at);
      if (data < 0) {
        return false;
      }
      int end = behindData(body, data);
      if (end < 0 || end + TRAILER_BYTES > body.length) {
        return false;
      }
      at = end + TRAILER_BYTES;
    }
    return at == body.length && at > 0;
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

  private static int behindData(byte[] body, int data) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(body, data, body.length - data);
      byte[] sink = new byte[32 * 1024];
      while (!inflater.finished()) {
        if (inflater.inflate(sink) == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return -1;
        }
      }
      return data + (int) inflater.getBytesRead();
    } catch (DataFormatException e) {
      return -1;
    } finally {
      inflater.end();
    }
  }
}
