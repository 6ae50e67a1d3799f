package dev.whyops.pricing;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prices per million tokens, by class; a class that is absent has no published price. */
public record Rates(Map<TokenClass, BigDecimal> usdPerMillion) {
  public Rates {
    usdPerMillion = Map.copyOf(usdPerMillion);
  }

  public @Nullable BigDecimal of(TokenClass tokens) {
    return usdPerMillion.get(tokens);
  }

  /** These with the other ones on top. */
  Rates with(Rates other) {
    Map<TokenClass, BigDecimal> both = new EnumMap<>(TokenClass.class);
    both.putAll(usdPerMillion);
    both.putAll(other.usdPerMillion);
    return new Rates(both);
  }
}
