package dev.whyops.pricing;

import org.jspecify.annotations.Nullable;

/**
 * Money for one call.
 *
 * @param nanoUsd integer billionths of a US dollar; null when no price row fits ({@link
 *     Kind#UNPRICED}), never 0 for unknown
 * @param rowId price row, or null
 * @param reportedNanoUsd what the provider itself said, or null
 */
public record Cost(
    @Nullable Long nanoUsd,
    Kind kind,
    @Nullable String rowId,
    int bookVersion,
    @Nullable Long reportedNanoUsd) {
  public static final Cost NONE = new Cost(null, Kind.UNPRICED, null, 0, null);

  /** How far the figure can be trusted. */
  public enum Kind {
    REPORTED,
    COMPUTED,
    ESTIMATED,
    PARTIAL,
    UNPRICED
  }
}
