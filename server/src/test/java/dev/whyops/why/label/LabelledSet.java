package dev.whyops.why.label;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The seed that labelled sets are drawn with, and the report on them, which {@code ./whyops test
 * --report} prints.
 */
public final class LabelledSet {
  /** Never used while a rule was written or tuned. {@code -Dwhyops.seed=N} draws another set. */
  private static final long HELD_OUT = 9_174_420_611_337L;

  private LabelledSet() {}

  public static long seed() {
    return Long.getLong("whyops.seed", HELD_OUT);
  }

  /** Keeps a table under {@code target/why}. */
  public static void report(String name, String table) {
    String text = name + ", seed " + seed() + "\n" + table.stripTrailing() + "\n";
    System.out.println(text);
    try {
      Path folder = Files.createDirectories(Path.of("target", "why"));
      Files.writeString(folder.resolve(name.replace(' ', '-') + ".txt"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
