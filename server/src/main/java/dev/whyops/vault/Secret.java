package dev.whyops.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Text that must not leak: it prints as {@code ***}, has no accessor that a serialiser would find,
 * and compares in constant time.
 */
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The text itself, for the one place that has to send or show it. */
  public String reveal() {
    return text;
  }

  /** Its last four characters, for recognition; empty when it has fewer than twelve. */
  public String last4() {
    return text.length() < 12 ? "" : text.substring(text.length() - 4);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes(), that.bytes());
  }

  @Override
  public int hashCode() {
    return 0; // a hash would be an oracle; secrets are never keys of a map
  }

  @Override
  public String toString() {
    return "***";
  }

  private byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
