package dev.whyops.fuzz;

import java.util.Objects;

/** What a target says when a parser was wrong without throwing. */
public final class Oracle {
  private Oracle() {}

  public static void check(boolean right, String what) {
    if (!right) {
      throw new AssertionError("wrong: " + what);
    }
  }

  public static void same(Object expected, Object actual, String what) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError("not the same " + what + ": " + expected + " and " + actual);
    }
  }
}
