package dev.whyops;

import dev.whyops.pricing.Cost;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.ProjectScope;
import dev.whyops.record.Pricer;
import dev.whyops.route.ProjectProviders;
import dev.whyops.route.Providers;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prices recorded calls by the project's own rows and the book that comes with the product. A
 * provider whose slug is no seller of the book is known by the host of its base URL; a host of the
 * user's own has no price.
 */
final class BookPricer implements Pricer {
  private static final Logger LOG = LoggerFactory.getLogger(BookPricer.class);

  private final Function<ProjectScope, PriceBook> books;
  private final Providers providers;

  /**
   * @param books the book of each project
   */
  BookPricer(Function<ProjectScope, PriceBook> books, Providers providers) {
    this.books = books;
    this.providers = providers;
  }

  @Override
  public Cost price(Question question) {
    Long reported = question.reportedNanoUsd();
    PriceBook book = books.apply(new ProjectScope(question.project()));
    return book.cost(
        new PriceBook.Call(
            seller(book, question),
            null,
            question.model(),
            question.requestedModel(),
            question.at(),
            question.serviceTier()),
        question.usage(),
        question.partial(),
        reported == null ? null : BigDecimal.valueOf(reported, 9).toPlainString());
  }

  private String seller(PriceBook book, Question question) {
    String slug = question.provider() == null ? "" : question.provider();
    if (slug.isEmpty() || book.knows(slug)) {
      return slug;
    }
    return ofProject(new ProjectScope(question.project()))
        .bySlug(slug)
        .map(provider -> String.valueOf(provider.baseUrl().getHost()))
        .orElse(slug);
  }

  /** A call is stored without a price rather than not at all. */
  private ProjectProviders ofProject(ProjectScope scope) {
    try {
      return providers.cached(scope).orElseGet(() -> providers.load(scope));
    } catch (RuntimeException e) {
      LOG.warn("price: providers could not be read: {}", e.getClass().getSimpleName());
      return new ProjectProviders(List.of());
    }
  }
}
