package dev.whyops.gateway;

import java.time.Duration;

/**
 * What the listener takes from a client. Bytes unless the name says otherwise.
 *
 * @param connectionsMax further ones are closed as soon as they come
 * @param headTime for a head to be complete after its first byte
 * @param idleTime for a kept connection between two requests
 * @param slowBodyAfter from here on a body has to come at {@code bodyRateMin} bytes per second
 * @param stallTime for a client that takes no byte of its answer
 */
public record HttpLimits(
    int requestLineMax,
    int headerMax,
    int headMax,
    int headerCountMax,
    int ownBodyMax,
    int connectionsMax,
    Duration headTime,
    Duration idleTime,
    Duration slowBodyAfter,
    int bodyRateMin,
    Duration stallTime) {

  public static final HttpLimits DEFAULT =
      new HttpLimits(
          8 * 1024,
          16 * 1024,
          32 * 1024,
          100,
          8 * 1024 * 1024,
          20_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          1_024,
          Duration.ofSeconds(300));

  /** What stores, the dashboard and the JVM need besides. */
  private static final long OTHER_FILES = 384;

  private static final int CONNECTIONS_MIN = 16;

  /**
   * Fewer connections where the process may not open many files: each may need a second one, to a
   * provider, and the dashboard has to answer when the gateway is full.
   */
  public HttpLimits within(long openFilesMax) {
    long fitting = Math.max(CONNECTIONS_MIN, (openFilesMax - OTHER_FILES) / 2);
    return new HttpLimits(
        requestLineMax,
        headerMax,
        headMax,
        headerCountMax,
        ownBodyMax,
        (int) Math.min(connectionsMax, fitting),
        headTime,
        idleTime,
        slowBodyAfter,
        bodyRateMin,
        stallTime);
  }
}
