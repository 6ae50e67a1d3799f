package dev.whyops.dashboard;

import dev.whyops.event.Event;
import dev.whyops.json.Json;
import dev.whyops.pricing.Cost;
import dev.whyops.pricing.Formula;
import dev.whyops.pricing.PriceBook;
import dev.whyops.provider.Usage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Shows how a stored cost came about. The cost is stored, its formula is not: it is computed again
 * from the row that the cost names, and shown only when it gives the same figure.
 */
final class CostFormula {
  private CostFormula() {}

  static List<Formula.Line> of(Event event, PriceBook book) {
    Cost cost = event.facts().cost();
    Usage usage = event.facts().usage();
    if (cost.rowId() == null || usage == null) {
      return List.of();
    }
    return book.rowById(cost.rowId())
        .map(row -> Formula.of(row, usage, serviceTier(event.metadataJson())))
        .filter(
            formula ->
                cost.kind() == Cost.Kind.REPORTED
                    || Objects.equals(formula.nanoUsd(), cost.nanoUsd()))
        .map(Formula::lines)
        .orElse(List.of());
  }

  private static @Nullable String serviceTier(String metadataJson) {
    if (!metadataJson.contains("\"serviceTier\"")) {
      return null;
    }
    try {
      return Json.mapper().readTree(metadataJson).path("serviceTier").asString(null);
    } catch (JacksonException e) {
      return null;
    }
  }
}
