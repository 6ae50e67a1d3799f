package dev.whyops.pricing;

import dev.whyops.json.Json;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a price list, all or nothing. */
final class PriceBookReader {
  /** A pico-dollar per token is a millionth of a dollar per million tokens: no more digits. */
  private static final int DECIMALS_MAX = 6;

  private static final BigDecimal USD_PER_MILLION_MAX = new BigDecimal(100_000);

  private PriceBookReader() {}

  static PriceBook read(byte[] json) {
    JsonNode root = parse(json);
    int version = root.path("version").asInt(0);
    if (version < 1 || !root.path("rows").isArray() || root.path("rows").isEmpty()) {
      throw new PriceBookException("no price list: version and rows are required");
    }
    Map<String, String> providerByHost = new HashMap<>();
    root.path("hosts")
        .propertyStream()
        .forEach(
            provider ->
                provider
                    .getValue()
                    .forEach(host -> providerByHost.put(host.asString(), provider.getKey())));
    return new PriceBook(version, rows(root.path("rows")), providerByHost);
  }

  /** Rows of a project, in the same form. */
  static List<PriceRow> rows(JsonNode array) {
    List<PriceRow> rows = new ArrayList<>();
    array.forEach(node -> rows.add(row(node)));
    Set<String> ids = new HashSet<>();
    Map<String, List<PriceRow>> byName = new HashMap<>();
    for (PriceRow row : rows) {
      if (!ids.add(row.id())) {
        throw new PriceBookException("two rows have the id " + row.id());
      }
      row.names().forEach(name -> checkOverlap(row, name, byName));
    }
    return rows;
  }

  static JsonNode parse(byte[] json) {
    try {
      return Json.mapper().readTree(json);
    } catch (JacksonException e) {
      throw new PriceBookException("no price list: not JSON");
    }
  }

  private static void checkOverlap(PriceRow row, String name, Map<String, List<PriceRow>> byName) {
    String key = row.provider() + '/' + name.toLowerCase(Locale.ROOT);
    List<PriceRow> same = byName.computeIfAbsent(key, k -> new ArrayList<>());
    for (PriceRow other : same) {
      if (other != row && other.overlaps(row)) {
        throw new PriceBookException(
            "rows " + other.id() + " and " + row.id() + " both price " + name);
      }
    }
    same.add(row);
  }

  private static PriceRow row(JsonNode node) {
    String id = text(node, "id", "a row");
    List<String> aliases = new ArrayList<>();
    node.path("aliases").forEach(alias -> aliases.add(alias.asString()));
    List<PriceRow.Tier> tiers = new ArrayList<>();
    node.path("tiers")
        .forEach(
            tier ->
                tiers.add(
                    new PriceRow.Tier(
                        tier.path("aboveInputTokens").asLong(),
                        rates(tier.path("usdPerMillion"), id))));
    tiers.sort(Comparator.comparingLong(PriceRow.Tier::aboveInputTokens));
    Map<String, Rates> serviceTiers = new HashMap<>();
    node.path("serviceTiers")
        .propertyStream()
        .forEach(tier -> serviceTiers.put(tier.getKey(), rates(tier.getValue(), id)));
    return new PriceRow(
        id,
        text(node, "provider", id),
        text(node, "model", id),
        aliases,
        day(node.path("from"), id),
        day(node.path("to"), id),
        rates(node.path("usdPerMillion"), id),
        tiers,
        serviceTiers,
        node.path("contextTokens").isNumber() ? node.path("contextTokens").asInt() : null,
        text(node, "source", id));
  }

  private static Rates rates(JsonNode node, String id) {
    Map<TokenClass, BigDecimal> rates = new EnumMap<>(TokenClass.class);
    node.propertyStream()
        .forEach(
            rate -> {
              TokenClass tokens =
                  TokenClass.ofWireName(rate.getKey())
                      .orElseThrow(
                          () ->
                              new PriceBookException(
                                  "row " + id + ": no such class: " + rate.getKey()));
              rates.put(tokens, price(rate.getValue(), id));
            });
    if (rates.isEmpty()) {
      throw new PriceBookException("row " + id + " has no price");
    }
    return new Rates(Collections.unmodifiableMap(rates));
  }

  private static BigDecimal price(JsonNode node, String id) {
    try {
      BigDecimal usd = new BigDecimal(node.isString() ? node.asString() : "");
      if (usd.signum() >= 0
          && usd.stripTrailingZeros().scale() <= DECIMALS_MAX
          && usd.compareTo(USD_PER_MILLION_MAX) <= 0) {
        return usd;
      }
    } catch (NumberFormatException e) {
      // Told below, as for any other text that is no price.
    }
    throw new PriceBookException(
        "row " + id + ": a price is a decimal string of 0 to 100000 with at most 6 decimals");
  }

  private static @Nullable Instant day(JsonNode node, String id) {
    if (!node.isString()) {
      return null;
    }
    try {
      return LocalDate.parse(node.asString()).atStartOfDay().toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new PriceBookException("row " + id + ": no date: " + node.asString());
    }
  }

  private static String text(JsonNode node, String name, String id) {
    String text = node.path(name).asString("");
    if (text.isBlank()) {
      throw new PriceBookException("row " + id + ": " + name + " is required");
    }
    return text;
  }
}
