package dev.whyops.pricing;

import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prices per million tokens, by class; a class that is absent has no published price. Pictures that
 * go in are billed as text by models that have one price for input; where a list prices sound apart
 * it prices pictures apart too, and what is not listed has no price.
 */
public record Rates(Map<TokenClass, BigDecimal> usdPerMillion) {
  public Rates {
    usdPerMillion = Map.copyOf(usdPerMillion);
  }

  public @Nullable BigDecimal of(TokenClass tokens) {
    BigDecimal own = usdPerMillion.get(tokens);
    if (own != null) {
      return own;
    }
    if (usdPerMillion.containsKey(TokenClass.INPUT_AUDIO)) {
      return null;
    }
    return switch (tokens) {
      case INPUT_IMAGE -> usdPerMillion.get(TokenClass.INPUT);
      case CACHE_READ_IMAGE -> usdPerMillion.get(TokenClass.CACHE_READ);
      default -> null;
    };
  }

  /** These with the other ones on top. */
  Rates with(Rates other) {
    Map<TokenClass, BigDecimal> both = new EnumMap<>(TokenClass.class);
    both.putAll(usdPerMillion);
    both.putAll(other.usdPerMillion);
    return new Rates(both);
  }
}
