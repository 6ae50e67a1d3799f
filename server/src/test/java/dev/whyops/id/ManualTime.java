package dev.whyops.id;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when a test says so: a wall clock and a monotonic one. */
public final class ManualTime extends Clock implements Ticker {
  private final AtomicLong nanos = new AtomicLong();
  private volatile Instant wall = Instant.parse("2026-11-01T12:00:00Z");

  /** Both clocks go on. */
  public void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    wall = wall.plus(time);
  }

  /** Somebody sets the wall clock. */
  public void setWall(Instant instant) {
    wall = instant;
  }

  @Override
  public long read() {
    return nanos.get();
  }

  @Override
  public Instant instant() {
    return wall;
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
