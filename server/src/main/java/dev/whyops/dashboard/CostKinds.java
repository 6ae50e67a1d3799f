package dev.whyops.dashboard;

import dev.whyops.analytics.Figures;
import dev.whyops.pricing.Cost;
import java.util.Locale;

/** How far a sum can be trusted: as far as the weakest of its parts. */
final class CostKinds {
  private CostKinds() {}

  /** The weaker of the two; a part that has no price makes a priced sum partial. */
  static Figures.Money weaker(Figures.Money a, Figures.Money b) {
    Cost.Kind kindA = kind(a);
    Cost.Kind kindB = kind(b);
    Cost.Kind weaker = kindA.compareTo(kindB) >= 0 ? kindA : kindB;
    Cost.Kind sum = weaker == Cost.Kind.UNPRICED ? Cost.Kind.PARTIAL : weaker;
    return new Figures.Money(a.nanoUsd(), sum.name().toLowerCase(Locale.ROOT));
  }

  private static Cost.Kind kind(Figures.Money money) {
    return Cost.Kind.valueOf(money.kind().toUpperCase(Locale.ROOT));
  }
}
