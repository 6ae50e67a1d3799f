package dev.whyops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Fills a folder with events and measures what the dashboard asks of it.
 *
 * <p>Arguments: folder, number of events (0 measures what is there), result file; or folder,
 * number, first day, day after the last, which fills only.
 */
final class EventsBench {
  private static final int DAYS = 30;

  private EventsBench() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).toAbsolutePath().resolve("events");
    long events = Long.parseLong(args[1]);
    Instant end = Instant.now().truncatedTo(ChronoUnit.DAYS);
    if (args.length == 4) {
      int from = Integer.parseInt(args[2]);
      new EventsFill(events, DAYS, end).run(folder, from, Integer.parseInt(args[3]));
      return;
    }
    if (events > 0) {
      new EventsFill(events, DAYS, end).run(folder, 0, DAYS);
    }
    try (EventsMeasure measure = new EventsMeasure(folder, end)) {
      measure.seal();
      String result = measure.measure();
      Files.writeString(Path.of(args[2]), result);
      System.out.println(result);
    }
  }
}
