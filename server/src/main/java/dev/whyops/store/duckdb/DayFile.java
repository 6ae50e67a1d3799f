package dev.whyops.store.duckdb;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One store file: events received on one day in UTC, numbered when the day needs several. The
 * format's version is part of the name, so an older server leaves a newer file alone.
 */
record DayFile(Path directory, LocalDate day, int number) implements Comparable<DayFile> {
  static final int FORMAT = 1;
  private static final Pattern NAME =
      Pattern.compile("events-(\\d{8})-(\\d{3})\\.v(\\d+)\\.duckdb");

  static Optional<DayFile> of(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches() || Integer.parseInt(name.group(3)) != FORMAT) {
      return Optional.empty();
    }
    LocalDate day = LocalDate.parse(name.group(1), DateTimeFormatter.BASIC_ISO_DATE);
    return Optional.of(new DayFile(path.resolveSibling(""), day, Integer.parseInt(name.group(2))));
  }

  /** The name under which it is attached, safe in SQL. */
  String alias() {
    return String.format(
        Locale.ROOT, "d%s_%03d", day.format(DateTimeFormatter.BASIC_ISO_DATE), number);
  }

  Path path() {
    return directory.resolve(
        String.format(
            Locale.ROOT,
            "events-%s-%03d.v%d.duckdb",
            day.format(DateTimeFormatter.BASIC_ISO_DATE),
            number,
            FORMAT));
  }

  Path wal() {
    return directory.resolve(path().getFileName() + ".wal");
  }

  DayFile next(LocalDate today) {
    return today.equals(day)
        ? new DayFile(directory, day, number + 1)
        : new DayFile(directory, today, 0);
  }

  @Override
  public int compareTo(DayFile other) {
    int byDay = day.compareTo(other.day);
    return byDay != 0 ? byDay : Integer.compare(number, other.number);
  }
}
