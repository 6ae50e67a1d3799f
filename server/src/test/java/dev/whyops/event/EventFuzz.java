package dev.whyops.event;

import dev.whyops.fuzz.Callers;
import dev.whyops.fuzz.Oracle;
import dev.whyops.http.ApiException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ingest bodies: refused with a reason, or events that the journal gives back unchanged. */
public final class EventFuzz {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  private EventFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    List<EventCodec.Entry> entries = new ArrayList<>();
    try {
      String text = IngestBody.text("application/json", "", data, size -> {});
      for (RawEvent raw : EventParser.parse(text)) {
        EventValidator.Valid valid = EventValidator.validate(raw, Callers.ANY, NOW);
        if (valid != null) {
          entries.add(new EventCodec.Entry(valid.event(), List.of()));
        }
      }
    } catch (ApiException e) {
      Oracle.check(e.status() >= 400 && e.status() < 500, "status " + e.status());
      return;
    }
    byte[] frame = EventCodec.encode(new EventCodec.Batch(NOW, entries));
    byte[] again = EventCodec.encode(EventCodec.decode(frame));
    Oracle.check(Arrays.equals(frame, again), "what comes back of the journal");
  }
}
