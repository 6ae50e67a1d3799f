package dev.whyops.pricing;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one model costs at one provider from one day on.
 *
 * @param provider the seller's name in the book; {@code *} in a project's row: any
 * @param from first moment it is in force; null: since ever
 * @param to first moment it no longer is; null: until further notice
 * @param tiers by rising threshold; the highest that is passed prices the whole call
 * @param serviceTiers by the provider's own word for the tier, where it publishes other prices
 * @param contextTokens size of the context window; null when unknown
 * @param source page that the facts were taken from
 */
public record PriceRow(
    String id,
    String provider,
    String model,
    List<String> aliases,
    @Nullable Instant from,
    @Nullable Instant to,
    Rates rates,
    List<Tier> tiers,
    Map<String, Rates> serviceTiers,
    @Nullable Integer contextTokens,
    String source) {
  public PriceRow {
    aliases = List.copyOf(aliases);
    tiers = List.copyOf(tiers);
    serviceTiers = Map.copyOf(serviceTiers);
  }

  /** Rates for calls with more input, cached input included, than the threshold. */
  public record Tier(long aboveInputTokens, Rates rates) {}

  /** Project rows may be meant for every provider. */
  public static final String ANY_PROVIDER = "*";

  boolean inForce(Instant at) {
    return (from == null || !at.isBefore(from)) && (to == null || at.isBefore(to));
  }

  boolean overlaps(PriceRow other) {
    boolean endsBefore = to != null && other.from != null && !to.isAfter(other.from);
    boolean startsAfter = from != null && other.to != null && !other.to.isAfter(from);
    return !endsBefore && !startsAfter;
  }

  Stream<String> names() {
    return Stream.concat(Stream.of(model), aliases.stream());
  }

  /** The rates for a call of that size and service tier. */
  Rates ratesFor(long inputTokens, @Nullable String serviceTier) {
    Rates special = serviceTier == null ? null : serviceTiers.get(serviceTier);
    if (special != null) {
      return special;
    }
    Rates now = rates;
    for (Tier tier : tiers) {
      if (inputTokens > tier.aboveInputTokens()) {
        now = rates.with(tier.rates());
      }
    }
    return Objects.requireNonNull(now);
  }
}
