package dev.whyops.dashboard;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Money as the API writes it: an exact decimal text, from whole billionths of a dollar. */
final class Usd {
  private static final int SCALE = 9;

  private Usd() {}

  static @Nullable String text(@Nullable Long nanoUsd) {
    if (nanoUsd == null) {
      return null;
    }
    BigDecimal usd = BigDecimal.valueOf(nanoUsd, SCALE).stripTrailingZeros();
    return usd.toPlainString();
  }

  /** Reads a decimal text of at most nine places; 400 for one that is too fine or too large. */
  static long nano(String field, String text) {
    try {
      return new BigDecimal(text).movePointRight(SCALE).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw QueryRule.bad(field, "must be an amount in USD with at most nine decimal places");
    }
  }
}
