package dev.whyops.event;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for ids, names and times that users give. The same for events and calls. */
public final class FieldRules {
  private static final int ID_CHARS_MAX = 200;
  private static final int NAME_CODE_POINTS_MAX = 255;
  private static final int KEY_CHARS_MAX = 128;
  private static final Instant YEAR_0 = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
  private static final Duration PAST_MAX = Duration.ofDays(30);
  private static final Duration FUTURE_MAX = Duration.ofMinutes(10);
  private static final Pattern LEAP_SECOND = Pattern.compile("(T\\d\\d:\\d\\d):60(\\.\\d+)?");

  private FieldRules() {}

  /** Trace, thread and span ids: visible ASCII, no path segments of special meaning. */
  public static boolean isId(String text) {
    if (text.isEmpty() || text.length() > ID_CHARS_MAX || text.equals(".") || text.equals("..")) {
      return false;
    }
    return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
  }

  /** Names of agents and external users: nothing that hides or turns text. */
  public static boolean isName(String text) {
    int codePoints = text.codePointCount(0, text.length());
    return codePoints >= 1
        && codePoints <= NAME_CODE_POINTS_MAX
        && !text.isBlank()
        && text.codePoints().noneMatch(FieldRules::isHidden);
  }

  private static boolean isHidden(int c) {
    boolean control = c < 0x20 || c >= 0x7F && c <= 0x9F;
    boolean bidi =
        c == 0x061C
            || c == 0x200E
            || c == 0x200F
            || c >= 0x202A && c <= 0x202E
            || c >= 0x2066 && c <= 0x2069;
    boolean loneSurrogate = c >= 0xD800 && c <= 0xDFFF;
    return control || bidi || loneSurrogate;
  }

  static boolean isIdempotencyKey(String text) {
    return !text.isEmpty()
        && text.length() <= KEY_CHARS_MAX
        && text.chars().noneMatch(c -> c < 0x20 || c >= 0x7F && c <= 0x9F);
  }

  /** ISO 8601 with a zone. A leap second is read as the last instant before it. */
  static Optional<Instant> isoTime(String text) {
    String time = LEAP_SECOND.matcher(text).replaceFirst("$1:59.999");
    try {
      return inRange(
          OffsetDateTime.parse(time, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Milliseconds since 1970. */
  static Optional<Instant> epochMillis(String number) {
    try {
      return inRange(Instant.ofEpochMilli(new java.math.BigDecimal(number).longValueExact()));
    } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> inRange(Instant at) {
    return at.isBefore(YEAR_0) || !at.isBefore(YEAR_10000) ? Optional.empty() : Optional.of(at);
  }

  /** A client's clock that is this far off orders nothing. */
  static boolean isClockSuspect(Instant at, Instant now) {
    return at.isBefore(now.minus(PAST_MAX)) || at.isAfter(now.plus(FUTURE_MAX));
  }
}
