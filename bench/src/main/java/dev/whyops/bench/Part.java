package dev.whyops.bench;

import java.io.IOException;

/** Rows that belong together and can be run alone. */
interface Part {
  /** As {@code --only} takes it. */
  String name();

  String title();

  void run(Ground ground, Section out) throws IOException, InterruptedException;
}
