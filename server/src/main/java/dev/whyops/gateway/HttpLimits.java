package dev.whyops.gateway;

import java.time.Duration;

/**
 * What the listener takes from a client. Bytes unless the name says otherwise.
 *
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
}
