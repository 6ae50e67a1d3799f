package dev.whyops.provider;

import dev.whyops.fuzz.Oracle;
import java.util.List;
import java.util.Objects;

/** Event streams: the decoder agrees with the standard's text, however the bytes are split. */
public final class SseFuzz {
  private SseFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    List<SseReference.Told> expected = SseReference.read(data);
    for (int pieceLength : new int[] {data.length + 1, 1, 7}) {
      List<SseReference.Told> told = SseReference.decoded(data, pieceLength);
      Oracle.same(expected.size(), told.size(), "number of events");
      for (int i = 0; i < told.size(); i++) {
        Oracle.same(expected.get(i).data(), told.get(i).data(), "data");
        // A name that is no UTF-8 has no text to compare.
        boolean ascii = expected.get(i).name().chars().allMatch(c -> c < 0x80);
        Oracle.check(
            !ascii || Objects.equals(expected.get(i).name(), told.get(i).name()), "event's name");
      }
    }
  }
}
