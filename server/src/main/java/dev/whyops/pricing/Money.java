package dev.whyops.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Money as integer nano-dollars and as decimal text. */
public final class Money {
  private static final int NANO_DIGITS = 9;

  private Money() {}

  /** Nano-dollars of a decimal text, rounded half-even; null when it is no plausible amount. */
  public static @Nullable Long nanoUsd(String usd) {
    try {
      BigDecimal amount = new BigDecimal(usd);
      boolean tooLong = amount.precision() > 60 || Math.abs(amount.scale()) > 40;
      return tooLong || amount.signum() < 0
          ? null
          : amount.movePointRight(NANO_DIGITS).setScale(0, RoundingMode.HALF_EVEN).longValueExact();
    } catch (NumberFormatException e) {
      return null;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Decimal text without exponent and without needless zeros: {@code 0.001234}. */
  public static String usd(long nanoUsd) {
    BigDecimal amount = BigDecimal.valueOf(nanoUsd, NANO_DIGITS).stripTrailingZeros();
    return amount.toPlainString();
  }
}
