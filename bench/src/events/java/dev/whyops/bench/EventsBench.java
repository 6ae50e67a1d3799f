package dev.whyops.bench;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Fills a folder with events and measures what the dashboard asks of it. */
final class EventsBench {
  private static final int DAYS = 30;

  private EventsBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).toAbsolutePath();
    long events = Long.parseLong(args[1]);
    Instant end = Instant.now().truncatedTo(ChronoUnit.DAYS);
    if (events > 0) {
      int from = args.length > 2 ? Integer.parseInt(args[2]) : 0;
      int to = args.length > 3 ? Integer.parseInt(args[3]) : DAYS;
      new EventsFill(events, DAYS, end).run(folder.resolve("events"), from, to);
    } else {
      try (EventsMeasure measure = new EventsMeasure(folder.resolve("events"), end)) {
        measure.seal();
        System.out.println(measure.measure());
      }
    }
  }
}
