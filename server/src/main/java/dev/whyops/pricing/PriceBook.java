package dev.whyops.pricing;

import dev.whyops.provider.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What models cost, by seller, model and day. Immutable.
 *
 * <p>A model is found by its whole name: as answered, then as requested, then each without a
 * trailing date; never by a part of it. Of the rows that fit, the one in force at the time of the
 * call prices it; a project's rows come before the book's.
 */
public final class PriceBook {
  private static final String RESOURCE = "/pricing/book.json";
  private static final BigDecimal SUSPICIOUS_FACTOR = BigDecimal.TEN;

  private final int version;
  private final List<PriceRow> rows;
  private final List<PriceRow> projectRows;
  private final Map<String, String> providerByHost;
  private final Map<String, List<PriceRow>> ownByName;
  private final Map<String, List<PriceRow>> byName;
  private final Set<String> sellers;

  /**
   * One call to be priced.
   *
   * @param provider the seller: its name in the book, its slug in the project, or its host
   * @param likely the seller to try when {@code provider} is none that the book knows: {@code
   *     openai} or {@code anthropic} by dialect; null: none
   * @param serviceTier as answered
   */
  public record Call(
      String provider,
      @Nullable String likely,
      @Nullable String answeredModel,
      @Nullable String requestedModel,
      Instant at,
      @Nullable String serviceTier) {}

  PriceBook(int version, List<PriceRow> rows, Map<String, String> providerByHost) {
    this(version, rows, List.of(), providerByHost);
  }

  private PriceBook(
      int version,
      List<PriceRow> rows,
      List<PriceRow> projectRows,
      Map<String, String> providerByHost) {
    this.version = version;
    this.rows = List.copyOf(rows);
    this.projectRows = List.copyOf(projectRows);
    this.providerByHost = Map.copyOf(providerByHost);
    this.ownByName = byName(projectRows);
    this.byName = byName(rows);
    this.sellers =
        Stream.concat(projectRows.stream(), rows.stream())
            .map(PriceRow::provider)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** The book that comes with the product. */
  public static PriceBook builtIn() {
    try (InputStream in = PriceBook.class.getResourceAsStream(RESOURCE)) {
      return parse(Objects.requireNonNull(in, RESOURCE).readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws PriceBookException when any row is wrong; then nothing is taken
   */
  public static PriceBook parse(byte[] json) {
    return PriceBookReader.read(json);
  }

  /**
   * This book with a project's own rows before it.
   *
   * @param json an array of rows in the form of the book's
   * @throws PriceBookException when any row is wrong; then nothing is taken
   */
  public PriceBook withProjectRows(byte[] json) {
    JsonNode given = PriceBookReader.parse(json);
    if (!given.isArray()) {
      throw new PriceBookException("a project's rows are an array");
    }
    List<PriceRow> own = PriceBookReader.rows(given);
    return new PriceBook(version, rows, own, providerByHost);
  }

  /**
   * The newer book, unless a price in it is ten times or a tenth of what the same row says here:
   * such a jump was always a mistake in the list, never a price.
   *
   * @throws PriceBookException in that case
   */
  public PriceBook replacedBy(PriceBook newer) {
    Map<String, PriceRow> known = new HashMap<>();
    rows.forEach(row -> known.put(row.id(), row));
    for (PriceRow row : newer.rows) {
      PriceRow before = known.get(row.id());
      if (before == null) {
        continue;
      }
      row.rates()
          .usdPerMillion()
          .forEach((tokens, usd) -> checkJump(row.id(), before.rates().of(tokens), usd));
    }
    return new PriceBook(newer.version, newer.rows, projectRows, newer.providerByHost);
  }

  /** True when the name is a seller's in this book or in a project's rows. */
  public boolean knows(String provider) {
    return sells(seller(provider));
  }

  public int version() {
    return version;
  }

  public List<PriceRow> rows() {
    return rows;
  }

  /** The row that prices a call, the project's own before all of the book; empty: none fits. */
  public Optional<PriceRow> row(Call call) {
    return row(ownByName, call).or(() -> row(byName, call));
  }

  private Optional<PriceRow> row(Map<String, List<PriceRow>> index, Call call) {
    String seller = seller(call.provider());
    for (String model : candidates(call)) {
      Optional<PriceRow> row = find(index, seller, model, call.at());
      if (row.isEmpty() && !sells(seller) && call.likely() != null) {
        row = find(index, call.likely(), model, call.at());
      }
      if (row.isPresent()) {
        return row;
      }
    }
    return Optional.empty();
  }

  /**
   * Prices a call.
   *
   * @param usage null when none came and none was estimated
   * @param aborted the answer broke off, so that the usage may not be all
   * @param reportedUsd what the provider says it charged, as decimal text
   */
  public Cost cost(
      Call call, @Nullable Usage usage, boolean aborted, @Nullable String reportedUsd) {
    Long reported = reportedUsd == null ? null : Money.nanoUsd(reportedUsd);
    Optional<PriceRow> row = usage == null ? Optional.empty() : row(call);
    String rowId = row.map(PriceRow::id).orElse(null);
    if (reported != null) {
      return new Cost(reported, Cost.Kind.REPORTED, rowId, version, reported);
    }
    if (usage == null || row.isEmpty()) {
      return new Cost(null, Cost.Kind.UNPRICED, null, version, null);
    }
    Formula formula = Formula.of(row.get(), usage, call.serviceTier());
    if (formula.nanoUsd() == null) {
      return new Cost(null, Cost.Kind.UNPRICED, null, version, null);
    }
    Cost.Kind kind = Cost.Kind.COMPUTED;
    if (!formula.complete() || usage.inconsistent()) {
      kind = Cost.Kind.PARTIAL;
    } else if (usage.rule().startsWith("ESTIMATED")) {
      kind = Cost.Kind.ESTIMATED;
    } else if (aborted) {
      kind = Cost.Kind.PARTIAL;
    }
    return new Cost(formula.nanoUsd(), kind, rowId, version, null);
  }

  /** How a cost came about: the row by its id, for showing it with its formula. */
  public Optional<PriceRow> rowById(String id) {
    return Stream.concat(projectRows.stream(), rows.stream())
        .filter(row -> row.id().equals(id))
        .findFirst();
  }

  private static Optional<PriceRow> find(
      Map<String, List<PriceRow>> index, String seller, String model, Instant at) {
    return index.getOrDefault(model.toLowerCase(Locale.ROOT), List.of()).stream()
        .filter(r -> r.provider().equals(seller) || r.provider().equals(PriceRow.ANY_PROVIDER))
        .filter(r -> r.inForce(at))
        .findFirst();
  }

  /** As answered, as requested, then each without a trailing date. */
  private static List<String> candidates(Call call) {
    List<String> names = new ArrayList<>();
    for (String model : new String[] {call.answeredModel(), call.requestedModel()}) {
      if (model != null && !model.isEmpty()) {
        names.add(model);
      }
    }
    for (String model : List.copyOf(names)) {
      String undated = withoutDate(model);
      if (!undated.equals(model)) {
        names.add(undated);
      }
    }
    return names;
  }

  /** Cuts {@code -20250929}, {@code @20250929} or {@code -2025-09-29} off the end. */
  static String withoutDate(String model) {
    int end = model.length();
    int digits = 0;
    int at = end;
    while (at > 0 && digits < 8) {
      char c = model.charAt(at - 1);
      boolean dash = c == '-' && (digits == 2 || digits == 4) && model.charAt(at) != '-';
      if (!Character.isDigit(c) && !dash) {
        return model;
      }
      digits += dash ? 0 : 1;
      at--;
    }
    boolean separated = at > 1 && (model.charAt(at - 1) == '-' || model.charAt(at - 1) == '@');
    int length = end - at;
    boolean looksLikeADate = model.startsWith("20", at) && (length == 8 || length == 10);
    return digits == 8 && separated && looksLikeADate ? model.substring(0, at - 1) : model;
  }

  private String seller(String provider) {
    String name = provider.toLowerCase(Locale.ROOT);
    String byHost = providerByHost.get(name);
    for (int dot = name.indexOf('.');
        byHost == null && dot >= 0;
        dot = name.indexOf('.', dot + 1)) {
      byHost = providerByHost.get(name.substring(dot + 1));
    }
    return byHost == null ? name : byHost;
  }

  private boolean sells(String seller) {
    return sellers.contains(seller);
  }

  private static Map<String, List<PriceRow>> byName(List<PriceRow> rows) {
    Map<String, List<PriceRow>> index = new HashMap<>();
    for (PriceRow row : rows) {
      row.names()
          .map(name -> name.toLowerCase(Locale.ROOT))
          .distinct()
          .forEach(name -> index.computeIfAbsent(name, n -> new ArrayList<>()).add(row));
    }
    return index;
  }

  private static void checkJump(String id, @Nullable BigDecimal before, BigDecimal now) {
    if (before == null || before.signum() == 0 || now.signum() == 0) {
      return;
    }
    if (now.compareTo(before.multiply(SUSPICIOUS_FACTOR)) >= 0
        || before.compareTo(now.multiply(SUSPICIOUS_FACTOR)) >= 0) {
      throw new PriceBookException(
          "row " + id + " goes from " + before + " to " + now + ": that is no price change");
    }
  }
}
