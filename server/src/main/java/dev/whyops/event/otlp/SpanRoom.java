package dev.whyops.event.otlp;

import dev.whyops.endpoint.Room;

/**
 * The heap that the spans of one request take until they are durable. A span of thirty bytes
 * becomes as many objects as one of a thousand, so they are counted as they come.
 */
final class SpanRoom {
  private static final long BODY_WEIGHT = 12;
  private static final long SPAN_BYTES = 4 * 1024;
  private static final long SPAN_EVENT_BYTES = 1_536;

  private final Room room;
  private long heapBytes;

  SpanRoom(Room room) {
    this.room = room;
  }

  /** What a body takes before its spans are counted. */
  static long ofBody(long bytes) {
    return BODY_WEIGHT * bytes;
  }

  void body(long bytes) {
    heapBytes = ofBody(bytes);
    room.demand(heapBytes);
  }

  OtlpSpan hold(OtlpSpan span) {
    heapBytes += SPAN_BYTES + SPAN_EVENT_BYTES * span.events().size();
    room.demand(heapBytes);
    return span;
  }
}
