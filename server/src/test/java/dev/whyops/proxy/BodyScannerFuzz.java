package dev.whyops.proxy;

import dev.whyops.fuzz.Oracle;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Requests' JSON: the same members however the bytes come, each inside of the body. */
public final class BodyScannerFuzz {
  private BodyScannerFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    BodyScanner whole = fed(data, data.length + 1);
    for (int pieceLength : new int[] {1, 3}) {
      BodyScanner pieces = fed(data, pieceLength);
      Oracle.same(whole.complete(), pieces.complete(), "completeness");
      Oracle.same(whole.unreadable(), pieces.unreadable(), "readability");
      for (BodyScanner.Name name : BodyScanner.Name.values()) {
        compare(data, whole.member(name), pieces.member(name));
      }
    }
  }

  private static void compare(
      byte[] data, BodyScanner.@Nullable Member one, BodyScanner.@Nullable Member other) {
    Oracle.same(one == null, other == null, "presence");
    if (one == null || other == null) {
      return;
    }
    Oracle.same(one.start(), other.start(), "start");
    Oracle.same(one.end(), other.end(), "end");
    Oracle.check(one.start() >= 0 && one.end() <= data.length, "place");
    Oracle.check(Arrays.equals(one.text(), other.text()), "text");
    Oracle.check(Objects.equals(one.string(), other.string()), "string");
    int length = one.text().length;
    byte[] there = Arrays.copyOfRange(data, (int) one.start(), (int) one.start() + length);
    Oracle.check(Arrays.equals(one.text(), there), "text in its place");
  }

  private static BodyScanner fed(byte[] data, int pieceLength) {
    BodyScanner scanner = new BodyScanner();
    for (int at = 0; at < data.length; at += pieceLength) {
      scanner.feed(data, at, Math.min(data.length, at + pieceLength));
    }
    return scanner;
  }
}
