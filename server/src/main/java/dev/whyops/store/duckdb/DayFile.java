package dev.whyops.store.duckdb;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One store file: events received on one day in UTC, numbered when the day needs several. The
 * format's version is part of the name, so an older server leaves a newer file alone. A file that
 * was rewritten, by trace or without what was deleted, is the next generation of itself.
 *
 * @param format {@link #WRITTEN} or {@link #SEALED}
 */
record DayFile(Path directory, LocalDate day, int number, int generation, int format)
    implements Comparable<DayFile> {
  /** Rows lie in order of the journal. Servers before this one left sealed files like this, too. */
  static final int WRITTEN = 1;

  /** Rows lie by trace, their texts in blocks. Always whole and never changed. */
  static final int SEALED = 2;

  private static final Pattern NAME =
      Pattern.compile("events-(\\d{8})-(\\d{3})(?:\\.r(\\d+))?\\.v(\\d+)\\.duckdb");

  static Optional<DayFile> of(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    int format = Integer.parseInt(name.group(4));
    if (format != WRITTEN && format != SEALED) {
      return Optional.empty();
    }
    int generation = name.group(3) == null ? 0 : Integer.parseInt(name.group(3));
    LocalDate day = LocalDate.parse(name.group(1), DateTimeFormatter.BASIC_ISO_DATE);
    return Optional.of(
        new DayFile(
            path.resolveSibling(""), day, Integer.parseInt(name.group(2)), generation, format));
  }

  /** The name under which it is attached, safe in SQL. */
  String alias() {
    return String.format(
        Locale.ROOT,
        "d%s_%03d_%d",
        day.format(DateTimeFormatter.BASIC_ISO_DATE),
        number,
        generation);
  }

  Path path() {
    return directory.resolve(
        String.format(
            Locale.ROOT,
            "events-%s-%03d%s.v%d.duckdb",
            day.format(DateTimeFormatter.BASIC_ISO_DATE),
            number,
            generation == 0 ? "" : ".r" + generation,
            format));
  }

  Path wal() {
    return directory.resolve(path().getFileName() + ".wal");
  }

  /** Where its traces lie; there once it is sealed. */
  Path keys() {
    return directory.resolve(path().getFileName() + ".keys");
  }

  /** What is known of it; its presence means that it is sealed. */
  Path manifest() {
    return directory.resolve(path().getFileName() + ".seal");
  }

  DayFile next(LocalDate today) {
    return new DayFile(directory, today, today.equals(day) ? number + 1 : 0, 0, WRITTEN);
  }

  /** The same rows by trace. */
  DayFile nextGeneration() {
    return new DayFile(directory, day, number, generation + 1, SEALED);
  }

  boolean isSealed() {
    return format == SEALED;
  }

  /** Whether both stand for the same rows. */
  boolean isSameAs(DayFile other) {
    return day.equals(other.day) && number == other.number;
  }

  @Override
  public int compareTo(DayFile other) {
    return Comparator.comparing(DayFile::day)
        .thenComparingInt(DayFile::number)
        .thenComparingInt(DayFile::generation)
        .compare(this, other);
  }
}
