package dev.whyops.event;

import dev.whyops.journal.Frame;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.JournalException;
import dev.whyops.journal.JournalReader;
import dev.whyops.journal.SegmentJournal;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After a restart, reads the markers out of the journal that were not in a file yet, so that an
 * event sent again is known although its first acknowledgement was the last thing the old process
 * did.
 */
public final class MarkerRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(MarkerRecovery.class);

  private MarkerRecovery() {}

  /** Before the first request is served. Reads what was journalled since the last flush only. */
  public static void run(SegmentJournal journal, HourlyRepetitions repetitions) throws IOException {
    repetitions.follow(() -> journal.stats().lastDurableSeq());
    long last = journal.stats().lastDurableSeq();
    long frames = 0;
    try (JournalReader reader = journal.readFrom(repetitions.flushedUpTo())) {
      for (Frame frame = reader.tryNext();
          frame != null && frame.seq() <= last;
          frame = reader.tryNext()) {
        frames++;
        if (frame.type() == FrameType.EVENTS) {
          recover(frame, repetitions);
        }
      }
    }
    LOG.info("markers_recovered frames={}", frames);
  }

  private static void recover(Frame frame, Repetitions repetitions) {
    try {
      EventCodec.Batch batch = EventCodec.decode(frame.body());
      for (EventCodec.Entry entry : batch.entries()) {
        UUID id = entry.event().id();
        for (Marker marker : entry.markers()) {
          repetitions.recovered(marker, id, batch.receivedAt().toEpochMilli());
        }
      }
    } catch (JournalException e) {
      LOG.warn("markers_unreadable seq={}", frame.seq()); // the drain buries the frame
    }
  }
}
