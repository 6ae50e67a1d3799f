package dev.whyops.bench;

import dev.whyops.event.Event;
import dev.whyops.record.Batch;
import dev.whyops.record.CallRow;
import dev.whyops.record.Landed;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Fills a folder through the store's own write path, one day of receipt after the other, in the
 * order in which the calls would have ended. What is there already is gone on with.
 */
final class EventsFill {
  private static final int BATCH = 8_000;
  private final long events;
  private final int days;
  private final Instant end;
  private final At clock = new At();
  private long seq;
  private long written;

  /** A clock that stands at the receipt of what is written. */
  private static final class At extends Clock {
    private volatile Instant now = Instant.EPOCH;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private record Turn(Instant at, EventsAgent agent) implements Comparable<Turn> {
    @Override
    public int compareTo(Turn other) {
      return at.compareTo(other.at);
    }
  }

  /**
   * @param end midnight; nothing is received later
   */
  EventsFill(long events, int days, Instant end) {
    this.events = events;
    this.days = days;
    this.end = end;
  }

  /** Days are independent of each other, so several processes may share them. */
  void run(Path folder, int fromDay, int toDay) throws IOException {
    Files.createDirectories(folder);
    long startNs = System.nanoTime();
    clock.now = end.minus(Duration.ofDays(days - fromDay));
    try (DuckDbEventStore store = DuckDbEventStore.open(DuckDbSettings.in(folder), clock)) {
      seq = store.lastSeq();
      int next = seq == 0 ? fromDay : (int) (seq / DAY_SEQ) + 1;
      for (int day = next; day < toDay; day++) {
        seq = Math.max(seq, day * DAY_SEQ);
        day(store, day);
        System.out.printf(
            "day %d of %d: %,d events, %.0f s%n",
            day + 1, days, written, (System.nanoTime() - startNs) / 1e9);
      }
      store.checkpoint();
    }
  }

  /** Sequences of one day. */
  private static final long DAY_SEQ = 10_000_000;

  private void day(DuckDbEventStore store, int day) {
    Instant midnight = end.minus(Duration.ofDays(days - day));
    SplittableRandom random = new SplittableRandom(day);
    long wanted = events / days;
    PriorityQueue<Turn> turns = new PriorityQueue<>();
    long planned = 0;
    for (long i = 0; planned < wanted; i++) {
      EventsAgent agent = new EventsAgent(day * 100_000_000L + i);
      planned += 2L * agent.calls;
      turns.add(new Turn(midnight.plusMillis(startMillis(random)), agent));
    }
    List<Landed> landed = new ArrayList<>();
    List<CallRow> calls = new ArrayList<>();
    long first = seq + 1;
    while (!turns.isEmpty()) {
      Turn turn = turns.poll();
      EventsAgent.Told told = turn.agent().next(++seq, turn.at());
      Instant received = told.events().getLast().timestamp();
      int ordinal = 0;
      for (Event event : told.events()) {
        landed.add(new Landed(seq, ordinal++, received, event));
      }
      calls.add(told.call());
      if (!turn.agent().isDone()) {
        Instant next = received.plusMillis((long) (1_000 * turn.agent().pause()));
        turns.add(new Turn(next, turn.agent()));
      }
      if (landed.size() >= BATCH || turns.isEmpty()) {
        clock.now = turn.at().isBefore(midnight.plus(Duration.ofDays(1))) ? turn.at() : clock.now;
        store.append(new Batch(first, seq, seq + 1, landed, calls, List.of()));
        written += landed.size();
        landed.clear();
        calls.clear();
        first = seq + 1;
      }
    }
  }

  /** More in the middle of the day; the last conversations end before midnight. */
  private static long startMillis(SplittableRandom random) {
    double u = (random.nextDouble() + random.nextDouble()) / 2;
    return (long) (u * Duration.ofMinutes(23 * 60 + 45).toMillis());
  }
}
