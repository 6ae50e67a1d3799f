package dev.whyops;

import dev.whyops.pricing.Cost;
import dev.whyops.pricing.PriceBook;
import dev.whyops.record.Pricer;
import java.math.BigDecimal;

/** Prices recorded calls by the book that comes with the product. */
final class BookPricer implements Pricer {
  private final PriceBook book;

  BookPricer(PriceBook book) {
    this.book = book;
  }

  @Override
  public Cost price(Question question) {
    Long reported = question.reportedNanoUsd();
    return book.cost(
        new PriceBook.Call(
            question.provider() == null ? "" : question.provider(),
            null,
            question.model(),
            question.requestedModel(),
            question.at(),
            question.serviceTier()),
        question.usage(),
        question.partial(),
        reported == null ? null : BigDecimal.valueOf(reported, 9).toPlainString());
  }
}
