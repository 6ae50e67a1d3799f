package dev.whyops.sdk;

import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Identifiers made by the SDK. */
final class Ids {
  private Ids() {}

  /** A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits. */
  static String uuid7() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = System.currentTimeMillis() << 16 | 0x7000L | random.nextInt(0x1000);
    long low = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
    return new UUID(high, low).toString();
  }

  /** 16 hexadecimal digits, as OpenTelemetry has them. */
  static String spanId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
