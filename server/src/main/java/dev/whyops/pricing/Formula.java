package dev.whyops.pricing;

import dev.whyops.provider.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a cost is computed: tokens of each class times its price, summed exactly in pico-dollars and
 * rounded once, half-even, to nano-dollars.
 *
 * @param nanoUsd null when no figure can hold it: a count that nobody can have meant
 * @param complete false when a class with tokens has no price, a count is below zero, or the
 *     service tier is one whose prices the row does not know
 */
public record Formula(List<Line> lines, @Nullable Long nanoUsd, boolean complete) {
  private static final int PICO_PER_NANO_DIGITS = 3;
  private static final int PICO_PER_TOKEN_DIGITS = 6;

  /** Tiers that are billed at the plain prices. */
  private static final Set<String> PLAIN_TIERS =
      Set.of("default", "auto", "standard", "on_demand", "standard_only");

  /** One class; {@code usd} is exact, not rounded. */
  public record Line(TokenClass tokenClass, long tokens, String usdPerMillion, String usd) {}

  public Formula {
    lines = List.copyOf(lines);
  }

  public static Formula of(PriceRow row, Usage usage, @Nullable String serviceTier) {
    Rates rates = row.ratesFor(inputTokens(usage), serviceTier);
    boolean complete =
        serviceTier == null
            || PLAIN_TIERS.contains(serviceTier)
            || row.serviceTiers().containsKey(serviceTier);
    List<Line> lines = new ArrayList<>();
    BigDecimal pico = BigDecimal.ZERO;
    for (TokenClass tokenClass : TokenClass.values()) {
      Long tokens = tokenClass.tokens(usage);
      if (tokens == null || tokens == 0) {
        continue;
      }
      BigDecimal usdPerMillion = rates.of(tokenClass);
      if (usdPerMillion == null || tokens < 0) {
        complete = false;
        continue;
      }
      BigDecimal picoHere =
          usdPerMillion.movePointRight(PICO_PER_TOKEN_DIGITS).multiply(BigDecimal.valueOf(tokens));
      pico = pico.add(picoHere);
      lines.add(
          new Line(
              tokenClass,
              tokens,
              usdPerMillion.toPlainString(),
              plain(picoHere.movePointLeft(12))));
    }
    return new Formula(lines, nano(pico), complete);
  }

  private static @Nullable Long nano(BigDecimal pico) {
    try {
      return pico.movePointLeft(PICO_PER_NANO_DIGITS)
          .setScale(0, RoundingMode.HALF_EVEN)
          .longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Whatever went in, cached or not: by this the size tier is told. */
  private static long inputTokens(Usage usage) {
    Long output = usage.allOutput();
    return usage.total() - (output == null ? 0 : output);
  }

  private static String plain(BigDecimal usd) {
    return usd.signum() == 0 ? "0" : usd.stripTrailingZeros().toPlainString();
  }
}
