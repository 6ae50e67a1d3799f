package dev.whyops.evidence;

import dev.whyops.pricing.PriceBook;
import dev.whyops.pricing.PriceRow;
import dev.whyops.pricing.TokenClass;
import dev.whyops.why.context.ModelFacts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Windows and prices of models from the price book. */
public final class BookModels implements ModelFacts {
  private static final BigDecimal NANO = BigDecimal.valueOf(1_000_000_000L);

  private final PriceBook book;

  public BookModels(PriceBook book) {
    this.book = book;
  }

  @Override
  public @Nullable Long window(String provider, String model) {
    Integer tokens = row(provider, model, Instant.MAX).map(PriceRow::contextTokens).orElse(null);
    return tokens == null ? null : (Long) tokens.longValue();
  }

  @Override
  public @Nullable Prices prices(String provider, String model, Instant at) {
    PriceRow row = row(provider, model, at).orElse(null);
    if (row == null) {
      return null;
    }
    BigDecimal input = row.rates().of(TokenClass.INPUT);
    BigDecimal read = row.rates().of(TokenClass.CACHE_READ);
    return input == null || read == null ? null : new Prices(nano(input), nano(read));
  }

  private Optional<PriceRow> row(String provider, String model, Instant at) {
    return book.row(new PriceBook.Call(provider, likely(model), model, model, at, null));
  }

  /** A project may name its provider as it likes; the family of the model tells the seller. */
  private static String likely(String model) {
    return model.startsWith("claude") ? "anthropic" : "openai";
  }

  private static long nano(BigDecimal usd) {
    return usd.multiply(NANO).longValue();
  }
}
