package dev.whyops.record;

import dev.whyops.event.EventCodec;
import dev.whyops.journal.JournalException;
import java.util.Arrays;

/** Bodies of frames with a right checksum and a wrong content: told as such, nothing else. */
public final class FrameFuzz {
  private FrameFuzz() {}

  /** The first byte chooses the type. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] body = Arrays.copyOfRange(data, 1, data.length);
    try {
      switch (data[0] & 3) {
        case 0 -> EventCodec.decode(body);
        case 1 -> CallCodec.start(body);
        case 2 -> CallCodec.chunk(body);
        default -> CallCodec.end(body);
      }
    } catch (JournalException e) {
      // It goes to the dead letter, with this reason.
    }
  }
}
