package dev.whyops.auth;

import dev.whyops.fuzz.Oracle;
import java.nio.charset.StandardCharsets;

/** API keys: any text is judged, and one that is taken is of the one form. */
public final class KeyFuzz {
  private KeyFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    String key = new String(data, StandardCharsets.ISO_8859_1);
    if (KeyFormat.wellFormed(key)) {
      Oracle.same(KeyFormat.LENGTH, key.length(), "length");
      Oracle.check(key.chars().allMatch(c -> c > ' ' && c < 0x7f), "characters");
      // Any one change is seen.
      String changed =
          key.substring(0, 20) + (key.charAt(20) == 'a' ? 'b' : 'a') + key.substring(21);
      Oracle.check(!KeyFormat.wellFormed(changed), "checksum");
    }
    Oracle.same(64, KeyFormat.hash(key).length(), "length of the hash");
  }
}
