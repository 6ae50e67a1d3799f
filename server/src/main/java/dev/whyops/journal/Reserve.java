package dev.whyops.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes kept on the disk for the moment it is full: given back once, so that calls under way can
 * still be recorded, and made again when there is room. Used by one thread at a time.
 */
final class Reserve {
  private static final String NAME = "reserve";
  private final Disk disk;
  private final long bytes;
  private boolean held;

  Reserve(Disk disk, long bytes) {
    this.disk = disk;
    this.bytes = bytes;
  }

  /** Makes the file unless it is there or would take the last room. */
  void make() throws IOException {
    if (held || bytes == 0) {
      return;
    }
    if (isThere()) {
      held = true;
      return;
    }
    disk.delete(NAME);
    if (disk.space().usableBytes() < 4 * bytes) {
      return;
    }
    try (Disk.Writable file = disk.create(NAME)) {
      ByteBuffer zeros = ByteBuffer.allocate(1024 * 1024);
      for (long left = bytes; left > 0; ) {
        zeros.clear().limit((int) Math.min(left, zeros.capacity()));
        left -= file.write(zeros);
      }
      held = true;
    } catch (IOException e) {
      disk.delete(NAME); // half a reserve is none
    }
  }

  private boolean isThere() throws IOException {
    if (!disk.list().contains(NAME)) {
      return false;
    }
    try (Disk.Readable file = disk.open(NAME)) {
      return file.size() == bytes;
    }
  }

  /** Gives the room back; false when there was none. */
  boolean free() {
    if (!held) {
      return false;
    }
    held = false;
    try {
      disk.delete(NAME);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
