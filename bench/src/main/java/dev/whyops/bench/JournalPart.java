package dev.whyops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast is the journal alone? Runs the measurement that lies beside the journal's tests from its
 * source against the built server, so that nothing is written twice.
 */
final class JournalPart implements Part {
  private static final String SOURCE = "server/src/test/java/dev/whyops/journal/JournalRate.java";
  private static final Pattern FIGURES =
      Pattern.compile("frames/s=(\\d+) p50_us=(\\d+) p99_us=(\\d+)");

  @Override
  public String name() {
    return "journal";
  }

  @Override
  public String title() {
    return "Journal: 64 writers, each waits for the fdatasync of its frame of 1 KB";
  }

  @Override
  public void run(Ground ground, Section out) throws IOException, InterruptedException {
    Path jar = Options.HOME.resolve("server/target/whyops-server.jar");
    Process process =
        new ProcessBuilder(
                List.of(
                    Processes.java(),
                    "-Xmx768m",
                    "-cp",
                    jar.toString(),
                    Options.HOME.resolve(SOURCE).toString(),
                    ground.folder().toString(),
                    String.valueOf(Math.max(2, 2 * ground.options().seconds()))))
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    Matcher figures = FIGURES.matcher(printed);
    double rate = Double.NaN;
    double p99 = Double.NaN;
    out.columns("run", "frames/s", "p50 µs", "p99 µs");
    for (int run = 1; figures.find(); run++) {
      rate = Double.parseDouble(figures.group(1));
      p99 = Double.parseDouble(figures.group(3)) / 1_000;
      out.row("%d | %.0f | %s | %s", run, rate, figures.group(2), figures.group(3));
    }
    if (Double.isNaN(rate)) {
      throw new IOException(printed);
    }
    out.measured("journal-rate", rate);
    out.measured("journal-p99", p99);
  }
}
