package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the parts of a day found, kept part by part, so that a part can be repeated alone and a run
 * that breaks off loses no other. The result file is written anew after each part: the budget table
 * first, then the sections.
 */
final class Results {
  private final Path kept;
  private final Path file;
  private final String header;
  private final List<String> order;

  /**
   * @param kept folder of the day's parts
   * @param order names of all parts
   */
  Results(Path kept, Path file, String header, List<String> order) throws IOException {
    this.kept = Files.createDirectories(kept);
    this.file = file;
    this.header = header;
    this.order = order;
  }

  /** Keeps what a part found and writes the file. */
  void put(String part, String head, Section found, List<String> absent) throws IOException {
    Files.writeString(kept.resolve(part + ".md"), head + found.text());
    Files.writeString(
        kept.resolve(part + ".tsv"),
        found.figures().stream()
            .map(f -> f.budget() + "\t" + f.value() + "\t" + f.note() + "\n")
            .collect(Collectors.joining()));
    write(absent);
  }

  private void write(List<String> absent) throws IOException {
    StringBuilder text = new StringBuilder(header).append('\n');
    summary(text);
    text.append("\nLegs that did not run: ")
        .append(absent.isEmpty() ? "none" : String.join("; ", absent))
        .append(".\n");
    for (String part : order) {
      Path section = kept.resolve(part + ".md");
      if (Files.exists(section)) {
        text.append('\n').append(Files.readString(section));
      } else {
        text.append("\n## ").append(part).append("\n\nNot run.\n");
      }
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, text);
  }

  private void summary(StringBuilder text) throws IOException {
    Path folder = Options.HOME.resolve("bench");
    Map<String, String> reasons = Budget.readReasons(folder.resolve("misses.txt"));
    Map<String, Section.Figure> figures = figures();
    text.append("## Budgets\n\n| row | budget | measured | of budget | verdict | |\n");
    text.append("|---|---|---|---|---|---|\n");
    int met = 0;
    int missed = 0;
    List<Budget> budgets = Budget.readAll(folder.resolve("budgets.txt"));
    for (Budget budget : budgets) {
      Section.Figure figure = figures.get(budget.id());
      if (figure == null || Double.isNaN(figure.value())) {
        text.append(
            "| %s | %s | – | – | not measured | |%n"
                .formatted(budget.what(), budget.bound(shown(budget.bound()))));
        continue;
      }
      boolean good = budget.isMetBy(figure.value());
      met += good ? 1 : 0;
      missed += good ? 0 : 1;
      text.append(row(budget, figure, good, reasons));
    }
    text.append(
        "\n%d met, %d missed, %d not measured.%n"
            .formatted(met, missed, budgets.size() - met - missed));
  }

  private static String row(
      Budget budget, Section.Figure figure, boolean good, Map<String, String> reasons) {
    String why = good ? "" : reasons.getOrDefault(budget.id(), "not explained yet");
    String beside = figure.note().isEmpty() || why.isEmpty() ? figure.note() : figure.note() + "; ";
    return "| %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            budget.what(),
            budget.bound(shown(budget.bound())),
            shown(figure.value()),
            budget.bound() == 0 ? "–" : "%.2f".formatted(figure.value() / budget.bound()),
            good ? "met" : "**missed**",
            beside + why);
  }

  /** Three digits are enough for any of these figures. */
  private static String shown(double value) {
    if (Double.isInfinite(value)) {
      return "never";
    }
    double size = Math.abs(value);
    String format =
        size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  private Map<String, Section.Figure> figures() throws IOException {
    Map<String, Section.Figure> figures = new HashMap<>();
    for (String part : order) {
      Path rows = kept.resolve(part + ".tsv");
      if (!Files.exists(rows)) {
        continue;
      }
      for (String row : Files.readAllLines(rows)) {
        String[] fields = row.split("\t", 3);
        figures.put(
            fields[0], new Section.Figure(fields[0], Double.parseDouble(fields[1]), fields[2]));
      }
    }
    return figures;
  }
}
