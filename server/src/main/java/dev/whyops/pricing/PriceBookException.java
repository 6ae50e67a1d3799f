package dev.whyops.pricing;

/** A price list cannot be used; nothing of it is taken. */
public final class PriceBookException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PriceBookException(String message) {
    super(message);
  }
}
