package dev.whyops.id;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * The time of day that never runs backwards: it follows the wall clock forwards, and goes on at the
 * pace of the monotonic clock while the wall clock is behind. What has expired stays expired when
 * somebody sets the clock back. Thread-safe.
 */
public final class SteadyClock extends Clock {
  private final Clock wall;
  private final Ticker ticker;
  private Instant anchor;
  private long anchorNanos;

  public SteadyClock(Clock wall, Ticker ticker) {
    this.wall = wall;
    this.ticker = ticker;
    this.anchor = wall.instant();
    this.anchorNanos = ticker.read();
  }

  @Override
  public synchronized Instant instant() {
    return steady().truncatedTo(ChronoUnit.MILLIS); // as precise as what is stored
  }

  /**
   * The same time to the microsecond, for events: what an agent does between two calls may take
   * less than a millisecond and must not stand before what caused it.
   */
  public Clock precise() {
    return new Clock() {
      @Override
      public Instant instant() {
        synchronized (SteadyClock.this) {
          return steady().truncatedTo(ChronoUnit.MICROS);
        }
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private Instant steady() {
    Instant steady = anchor.plusNanos(ticker.read() - anchorNanos);
    Instant now = wall.instant();
    if (now.isBefore(steady)) {
      return steady;
    }
    anchor = now;
    anchorNanos = ticker.read();
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
