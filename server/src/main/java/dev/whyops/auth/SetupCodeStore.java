package dev.whyops.auth;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps one-time codes of the operator by their hash. Thread-safe; may block. */
public interface SetupCodeStore {
  /**
   * @param userId whose password it resets; null for the first owner's setup
   */
  record Row(
      String id,
      String sha256,
      @Nullable String userId,
      int wrongTries,
      Instant expiresAt,
      @Nullable Instant usedAt) {}

  /** The newest code of this kind. */
  Optional<Row> newest(boolean reset);

  /** Stores the code and makes those of the same kind void. */
  void replace(Row row, Instant createdAt);

  void countWrongTry(String id);

  /** True for exactly one caller. */
  boolean use(String id, Instant at);
}
