package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the parts that are asked for, one after the other, and keeps what each found. Started by
 * {@code ./whyops bench}, whose options it takes.
 */
final class Bench {
  /** Rows on questions to the store: measured by EventsBench, which keeps its part beside ours. */
  private static final String EVENTS = "events";

  private final Options options;
  private final Results results;
  private final String commit = System.getProperty("whyops.commit", "unknown");
  private final long began = System.nanoTime();
  private int failed;

  private Bench(Options options, Results results) {
    this.options = options;
    this.results = results;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    Options options = parse(args);
    List<Part> all = parts(options);
    List<String> names = all.stream().map(Part::name).toList();
    for (String name : options.only()) {
      if (!names.contains(name)) {
        System.err.println("no part " + name + "; there are: " + String.join(", ", names));
        System.exit(2);
      }
    }
    String day = LocalDate.now(ZoneOffset.UTC).toString();
    Path folder = Options.HOME.resolve("bench");
    Path file = Path.of(System.getProperty("whyops.out", folder + "/results/" + day + ".md"));
    String header = Files.readString(Path.of(System.getProperty("whyops.header")));
    Path kept = folder.resolve("target/parts/" + day);
    List<String> order = new ArrayList<>(names);
    order.add(EVENTS);
    Bench bench = new Bench(options, new Results(kept, file, header, order));
    bench.runAll(all.stream().filter(part -> options.wants(part.name())).toList());
    System.out.println("Written: " + file);
    System.exit(bench.failed == 0 ? 0 : 1);
  }

  private static Options parse(String[] args) {
    try {
      return Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      throw e;
    }
  }

  /** In the order of the report. */
  private static List<Part> parts(Options options) {
    return List.of(
        new StartPart(),
        new PlainPart(),
        new LatencyPart(),
        new FirstTokenPart(),
        new StreamsPart(),
        MinutePart.plain(options.longSeconds()),
        MinutePart.streams(options.longSeconds()),
        new SustainedPart(),
        new LadderPart(),
        new IdlePart(),
        new BodiesPart(),
        new JournalPart(),
        new IngestPart());
  }

  private void runAll(List<Part> parts) throws IOException, InterruptedException {
    Path scratch = Path.of(System.getProperty("whyops.scratch")).toAbsolutePath();
    try (Ground ground = Ground.open(options, scratch)) {
      for (Part part : parts) {
        run(part, ground);
      }
    }
  }

  /** What fails is a row, and the parts after it still run. */
  private void run(Part part, Ground ground) throws IOException, InterruptedException {
    say("%s: %s", part.name(), part.title());
    long from = System.nanoTime();
    Section found = new Section();
    try {
      part.run(ground, found);
    } catch (IOException | RuntimeException e) {
      failed++;
      found.line("");
      found.line("This part broke off: %s", Optional.ofNullable(e.getMessage()).orElse("" + e));
      say("%s broke off: %s", part.name(), e);
    }
    String head =
        "## %s%n%nPart `%s` at commit %s, %s, %d rounds of %d s, %.0f s in all.%n%n"
            .formatted(
                part.title(),
                part.name(),
                commit,
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                options.rounds(),
                options.seconds(),
                (System.nanoTime() - from) / 1e9);
    results.put(part.name(), head, found, ground.absent());
  }

  private void say(String format, Object... values) {
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    System.out.printf("[%d:%02d] ", seconds / 60, seconds % 60);
    System.out.printf(format + "%n", values);
  }
}
