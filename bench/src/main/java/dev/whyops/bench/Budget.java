package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of {@code bench/budgets.txt}.
 *
 * @param atLeast the figure has to reach the bound, else it must not exceed it
 */
record Budget(String id, String what, boolean atLeast, double bound, String unit) {
  static List<Budget> readAll(Path file) throws IOException {
    return lines(file).stream().map(Budget::parse).toList();
  }

  private static Budget parse(String line) {
    String[] fields = line.split("\\s*\\|\\s*", 5);
    return new Budget(
        fields[0],
        fields[1],
        fields[2].equals(">="),
        Double.parseDouble(fields[3]),
        fields.length > 4 ? fields[4] : "");
  }

  /** Why rows are missed, by id. */
  static Map<String, String> readReasons(Path file) throws IOException {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (String line : lines(file)) {
      String[] fields = line.split("\\s*\\|\\s*", 2);
      reasons.put(fields[0], fields[1]);
    }
    return reasons;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }

  boolean isMetBy(double value) {
    return atLeast ? value >= bound : value <= bound;
  }

  String bound(String format) {
    return (atLeast ? "≥ " : "≤ ") + format + (unit.isEmpty() ? "" : " " + unit);
  }
}
