package dev.whyops.project;

import java.util.Locale;
import java.util.Optional;

/** How much of a call is kept. */
public enum Capture {
  FULL,
  METADATA,
  OFF;

  /** As settings and the header {@code X-WhyOps-Capture} write it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Capture> ofWireName(String name) {
    for (Capture capture : values()) {
      if (capture.wireName().equals(name)) {
        return Optional.of(capture);
      }
    }
    return Optional.empty();
  }
}
