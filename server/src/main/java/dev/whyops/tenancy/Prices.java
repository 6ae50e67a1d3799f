package dev.whyops.tenancy;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.cache.GraceCache;
import dev.whyops.http.ApiException;
import dev.whyops.http.UnavailableException;
import dev.whyops.pricing.PriceBook;
import dev.whyops.pricing.PriceBookException;
import dev.whyops.project.ProjectScope;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What models cost a project: its own rows before those of the book that comes with the product.
 * Calls that are priced already keep their cost. Thread-safe; may block.
 */
public final class Prices {
  /** Rows of one project, as text. */
  public static final int ROWS_BYTES_MAX = 256 * 1024;

  private static final String NO_ROWS = "[]";
  private static final int CACHED_MAX = 1_000;
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMinutes(10);

  private final PriceBook common;
  private final PriceStore store;
  private final Clock clock;
  private final GraceCache<ProjectScope, Priced> cache;

  /** A project's rows and the book that they make. */
  private record Priced(String rowsJson, PriceBook book) {}

  public Prices(PriceBook common, PriceStore store, Clock clock, Ticker ticker) {
    this.common = common;
    this.store = store;
    this.clock = clock;
    this.cache = new GraceCache<>(CACHED_MAX, FRESH, GRACE, ticker);
  }

  /** The book that prices the project's calls; the common one while its rows cannot be read. */
  public PriceBook book(ProjectScope scope) {
    try {
      return cache
          .fresh(scope)
          .or(() -> cache.load(scope, this::read))
          .map(Priced::book)
          .orElse(common);
    } catch (UnavailableException e) {
      return common;
    }
  }

  /** The project's own rows as they were given; {@code []} when it has none. */
  public String find(Membership by) {
    by.require(Permission.READ);
    return store.rows(by.scope()).orElse(NO_ROWS);
  }

  /**
   * Puts rows in the place of all before. Broken ones leave the old.
   *
   * @param rowsJson an array of rows in the form of the book's
   * @throws ApiException 400 {@code invalid_prices} that says which row is wrong
   */
  public void save(Membership by, String rowsJson) {
    by.require(Permission.MANAGE_SETTINGS);
    byte[] bytes = rowsJson.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > ROWS_BYTES_MAX) {
      throw ApiException.invalid("rows", "too_large", "Prices have at most 256 KiB.");
    }
    PriceBook book;
    try {
      book = common.withProjectRows(bytes);
    } catch (PriceBookException e) {
      throw ApiException.invalid("rows", "invalid_prices", String.valueOf(e.getMessage()));
    }
    store.save(
        by.scope(),
        rowsJson,
        clock.instant(),
        by.note(
            "prices.changed",
            by.project().value(),
            Map.of("bytes", Integer.toString(bytes.length))));
    cache.put(by.scope(), new Priced(rowsJson, book));
  }

  /** Parses only what has changed. */
  private Optional<Priced> read(ProjectScope scope) {
    String rows = store.rows(scope).orElse(NO_ROWS);
    Optional<Priced> before = cache.remembered(scope).filter(p -> p.rowsJson().equals(rows));
    return before.or(
        () -> {
          PriceBook book =
              rows.equals(NO_ROWS)
                  ? common
                  : common.withProjectRows(rows.getBytes(StandardCharsets.UTF_8));
          return Optional.of(new Priced(rows, book));
        });
  }
}
