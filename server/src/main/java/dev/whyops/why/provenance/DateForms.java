package dev.whyops.why.provenance;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates as {@code d:2026-03-04}, with a time also as {@code t:2026-03-04T10:00}, words that name a
 * day from where one stands as {@code r:1} or {@code w:MONDAY}, and days without a year as {@code
 * y:03-04}. An ambiguous order of day and month gives both.
 */
final class DateForms {
  private static final String MONTH =
      "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
  private static final Pattern ISO =
      Pattern.compile(
          "(?<!\\d)(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?:[T ](\\d{2}):(\\d{2}))?(?!\\d)");
  private static final Pattern COMPACT =
      Pattern.compile("(?<![0-9A-Za-z])((?:19|20)\\d{2})([01]\\d)([0-3]\\d)(?![0-9A-Za-z])");
  private static final Pattern MARKED =
      Pattern.compile("(?<!\\d)(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4}|\\d{2})(?!\\d)");
  private static final Pattern DAY_MONTH =
      Pattern.compile(
          "(?<!\\w)(\\d{1,2})(?:st|nd|rd|th|\\.)? (?:of )?" + MONTH + "(?:,? (\\d{4}))?(?!\\w)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern MONTH_DAY =
      Pattern.compile(
          "(?<!\\w)" + MONTH + " (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?(?!\\w)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern RELATIVE =
      Pattern.compile(
          "(?<!\\w)(?:(today|tonight|tomorrow|yesterday)|(day after tomorrow)|in"
              + " (\\d{1,3}|a|one|two|three|four|five|six|seven) (days?|weeks?)|(\\d{1,3})"
              + " (days?|weeks?) ago|(mon|tues|wednes|thurs|fri|satur|sun)day)(?!\\w)",
          Pattern.CASE_INSENSITIVE);
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final Map<String, Integer> COUNTS =
      Map.of("a", 1, "one", 1, "two", 2, "three", 3, "four", 4, "five", 5, "six", 6, "seven", 7);

  private static final int DIGITS_MIN = 4;
  private static final int COMPACT_DIGITS = 8;

  private DateForms() {}

  static void scan(String text, TextHints hints, NormalForms.Sink sink) {
    if (hints.digitCount() >= DIGITS_MIN) {
      numeric(text, hints, sink);
    }
    if (hints.month() && hints.digitCount() > 0) {
      worded(text, DAY_MONTH, 2, 1, sink);
      worded(text, MONTH_DAY, 1, 2, sink);
    }
    if (hints.relative()) {
      relative(text, sink);
    }
  }

  private static void numeric(String text, TextHints hints, NormalForms.Sink sink) {
    Matcher m = ISO.matcher(text);
    while (m.find()) {
      String date = date(m.group(1), m.group(2), m.group(3));
      if (date != null) {
        int dateEnd = m.end(3);
        sink.form("d:" + date, m.start(), dateEnd, false);
        if (m.group(4) != null) {
          sink.form("t:" + date + "T" + m.group(4) + ":" + m.group(5), m.start(), m.end(), false);
        }
      }
    }
    m = COMPACT.matcher(text);
    while (hints.digitRun() >= COMPACT_DIGITS && m.find()) {
      String date = date(m.group(1), m.group(2), m.group(3));
      if (date != null) {
        sink.form("d:" + date, m.start(), m.end(), false);
      }
    }
    m = MARKED.matcher(text);
    while (m.find()) {
      String year = m.group(4).length() == 2 ? "20" + m.group(4) : m.group(4);
      String dayFirst = date(year, m.group(3), m.group(1));
      String monthFirst = m.group(2).equals(".") ? null : date(year, m.group(1), m.group(3));
      if (dayFirst != null) {
        sink.form("d:" + dayFirst, m.start(), m.end(), false);
      }
      if (monthFirst != null && !monthFirst.equals(dayFirst)) {
        sink.form("d:" + monthFirst, m.start(), m.end(), false);
      }
    }
  }

  private static void worded(
      String text, Pattern pattern, int month, int day, NormalForms.Sink sink) {
    Matcher m = pattern.matcher(text);
    while (m.find()) {
      int number = MONTHS.indexOf(m.group(month).toLowerCase(Locale.ROOT)) + 1;
      String year = m.group(3) == null ? "2000" : m.group(3);
      String date = date(year, Integer.toString(number), m.group(day));
      if (date != null) {
        String key = m.group(3) == null ? "y:" + date.substring(5) : "d:" + date;
        sink.form(key, m.start(), m.end(), false);
      }
    }
  }

  private static void relative(String text, NormalForms.Sink sink) {
    Matcher m = RELATIVE.matcher(text);
    while (m.find()) {
      String key;
      if (m.group(1) != null) {
        key =
            switch (m.group(1).toLowerCase(Locale.ROOT)) {
              case "tomorrow" -> "r:1";
              case "yesterday" -> "r:-1";
              default -> "r:0";
            };
      } else if (m.group(2) != null) {
        key = "r:2";
      } else if (m.group(3) != null) {
        key = "r:" + count(m.group(3)) * unit(m.group(4));
      } else if (m.group(5) != null) {
        key = "r:" + -count(m.group(5)) * unit(m.group(6));
      } else {
        key = "w:" + m.group().toUpperCase(Locale.ROOT);
      }
      sink.form(key, m.start(), m.end(), false);
    }
  }

  private static int count(String text) {
    Integer word = COUNTS.get(text.toLowerCase(Locale.ROOT));
    return word == null ? Integer.parseInt(text) : word;
  }

  private static int unit(String unit) {
    return unit.toLowerCase(Locale.ROOT).startsWith("week") ? 7 : 1;
  }

  private static @Nullable String date(String year, String month, String day) {
    try {
      return LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day))
          .toString();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
