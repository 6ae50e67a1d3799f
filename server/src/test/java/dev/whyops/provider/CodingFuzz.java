package dev.whyops.provider;

import dev.whyops.fuzz.Oracle;
import java.util.Arrays;
import java.util.List;

/** Coded bodies: a plain form within its limit, or a note; a bomb costs no more than that. */
public final class CodingFuzz {
  private static final List<String> CODINGS = List.of("gzip", "deflate", "br", "zstd");
  private static final int LIMIT = 100_000;

  private CodingFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    byte[] coded = Arrays.copyOfRange(data, 1, data.length);
    ContentCoding.Decoded plain =
        ContentCoding.decode(CODINGS.get((data[0] & 0xff) % CODINGS.size()), coded, LIMIT);
    Oracle.check(plain.bytes().length <= Math.max(LIMIT, coded.length), "size of the plain form");
  }
}
