package dev.whyops.journal;

import org.jspecify.annotations.Nullable;

/** What a frame holds; the code is on disk and never changes its meaning. */
public enum FrameType {
  EVENTS(1),
  CALL_OPEN(2),
  CALL_CHUNK(3),
  CALL_END(4),
  TOMBSTONE(5);

  private static final FrameType[] ALL = values();

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Somebody waits for the sync of such a frame; a call's waits for the write at most. */
  boolean isAcknowledged() {
    return this == EVENTS || this == TOMBSTONE;
  }

  /** Nobody waits even for its write, which may be put off by a moment. */
  boolean isLazy() {
    return this == CALL_OPEN || this == CALL_CHUNK;
  }

  static @Nullable FrameType ofCode(int code) {
    for (FrameType type : ALL) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }
}
