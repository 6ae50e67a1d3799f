package dev.whyops.finding;

import java.util.Locale;
import java.util.Optional;

/** How bad, worst first. */
public enum Severity {
  CRITICAL,
  HIGH,
  MEDIUM,
  LOW;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Severity> ofWireName(String name) {
    for (Severity severity : values()) {
      if (severity.wireName().equals(name)) {
        return Optional.of(severity);
      }
    }
    return Optional.empty();
  }

  public boolean atLeast(Severity other) {
    return compareTo(other) <= 0;
  }
}
