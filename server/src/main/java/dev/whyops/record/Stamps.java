package dev.whyops.record;

/**
 * Nanoseconds after the first byte of the request was received; {@link #MISSING} where a stage was
 * never reached.
 */
public record Stamps(
    long routable,
    long sent,
    long bodySent,
    long upFirst,
    long upContent,
    long downFirst,
    long upLast,
    long downLast) {
  public static final long MISSING = -1;
}
