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
