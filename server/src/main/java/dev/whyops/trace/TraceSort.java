package dev.whyops.trace;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** In which order the trace list stands; what is unknown comes last either way. */
public record TraceSort(By by, boolean descending) {
  public static final TraceSort NEWEST_FIRST = new TraceSort(By.STARTED_AT, true);

  /** What it goes by, named as in the API. */
  public enum By {
    STARTED_AT("startedAt"),
    DURATION_MS("durationMs"),
    COST("cost"),
    EVENT_COUNT("eventCount"),
    ERROR_COUNT("errorCount");

    private final String wireName;

    By(String wireName) {
      this.wireName = wireName;
    }
  }

  /** Reads {@code startedAt} (smallest first) or {@code -startedAt}. */
  public static Optional<TraceSort> of(String text) {
    boolean descending = text.startsWith("-");
    String name = descending ? text.substring(1) : text;
    return Arrays.stream(By.values())
        .filter(by -> by.wireName.equals(name))
        .map(by -> new TraceSort(by, descending))
        .findFirst();
  }

  public String wireName() {
    return descending ? "-" + by.wireName : by.wireName;
  }

  /** Stands for an unknown value: behind all others. */
  public long unknown() {
    return descending ? -1 : Long.MAX_VALUE;
  }

  /** Where a trace stands in this order, before ties. */
  public long value(TraceSummary trace) {
    return switch (by) {
      case STARTED_AT -> micros(trace.startedAt());
      case DURATION_MS -> trace.durationMs();
      case COST -> trace.costNanoUsd() == null ? unknown() : trace.costNanoUsd();
      case EVENT_COUNT -> trace.eventCount();
      case ERROR_COUNT -> trace.errorCount();
    };
  }

  private static long micros(Instant at) {
    return at.getEpochSecond() * 1_000_000L + at.getNano() / 1_000;
  }
}
