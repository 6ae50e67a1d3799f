package dev.whyops.event.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.whyops.endpoint.Room;
import dev.whyops.event.Event;
import dev.whyops.event.EventCodec;
import dev.whyops.fuzz.Callers;
import dev.whyops.fuzz.Oracle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/** OTLP exports of both codings: no export, spans with faults, or events that come back. */
public final class OtlpFuzz {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  private OtlpFuzz() {}

  /** The first byte chooses the coding. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(data, 1, data.length);
    SpanRoom room = new SpanRoom(Room.PLENTY);
    List<OtlpSpan> spans;
    try {
      spans = data[0] % 2 == 0 ? ProtobufSpans.read(body, room) : JsonSpans.read(body, room);
    } catch (InvalidProtocolBufferException | JacksonException | IllegalArgumentException e) {
      return; // the three that the handler answers with 400
    }
    List<EventCodec.Entry> entries = new ArrayList<>();
    for (OtlpSpan span : spans) {
      if (span.faults().isEmpty()) {
        for (Event event : new SpanEvents(span, Callers.ANY, NOW, true, new UUID(1, 2)).make()) {
          entries.add(new EventCodec.Entry(event, List.of()));
        }
      }
    }
    byte[] frame = EventCodec.encode(new EventCodec.Batch(NOW, entries));
    byte[] again = EventCodec.encode(EventCodec.decode(frame));
    Oracle.check(Arrays.equals(frame, again), "what comes back of the journal");
  }
}
