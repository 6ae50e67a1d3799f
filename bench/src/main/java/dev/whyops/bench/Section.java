package dev.whyops.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one part found: its tables as Markdown, and the figures that answer rows of the budget table
 * by their id.
 */
final class Section {
  /**
   * @param budget id in {@code bench/budgets.txt}
   * @param value NaN where it could not be measured
   * @param note beside the figure
   */
  record Figure(String budget, double value, String note) {}

  private final StringBuilder text = new StringBuilder();
  private final List<Figure> figures = new ArrayList<>();

  void heading(String heading) {
    text.append("\n### ").append(heading).append("\n\n");
  }

  void line(String format, Object... values) {
    text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
        .append('\n');
  }

  /** Begins a table. */
  void columns(String... names) {
    text.append("| ").append(String.join(" | ", names)).append(" |\n|");
    text.append("---|".repeat(names.length)).append('\n');
  }

  void row(String format, Object... values) {
    String row = String.format(Locale.ROOT, format, values);
    text.append("| ").append(row).append(" |\n");
    System.out.println("  " + row);
  }

  void measured(String budget, double value) {
    measured(budget, value, "");
  }

  void measured(String budget, double value, String note) {
    figures.add(new Figure(budget, value, note));
  }

  String text() {
    return text.toString();
  }

  List<Figure> figures() {
    return List.copyOf(figures);
  }
}
