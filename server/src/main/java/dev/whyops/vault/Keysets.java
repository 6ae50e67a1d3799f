package dev.whyops.vault;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps wrapped keysets, one row per owner: a project id, or {@link #INSTALLATION}. */
public interface Keysets {
  /** Owner of the keys that belong to no project. */
  String INSTALLATION = "*";

  /**
   * @param kekId which key file's key wraps it
   * @param wrapped the keyset under that key, base64
   * @param sealedKey 256 random bits under the keyset, base64: the signature key of a project, the
   *     password pepper of the installation
   * @param primaryAt when the primary key was made
   * @param useCount encryptions under the primary key
   */
  record Row(
      String owner,
      String kekId,
      String wrapped,
      String sealedKey,
      Instant primaryAt,
      long useCount) {}

  Optional<Row> find(String owner);

  /** Owners of all rows, sorted. */
  List<String> owners();

  /** Stores the row unless the owner has one; either way the row that is stored then. */
  Row insertIfAbsent(Row row);

  /** Replaces the row if it still holds {@code before}'s wrapped keyset; false when it changed. */
  boolean replace(Row before, Row after);
}
