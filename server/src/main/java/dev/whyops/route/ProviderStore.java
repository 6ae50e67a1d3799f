package dev.whyops.route;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.Optional;

/** Keeps providers and their sealed keys. Thread-safe; may block. */
public interface ProviderStore {
  /**
   * A provider with its key.
   *
   * @param keyVersion counts the keys it has had, so that an old sealed one cannot come back
   */
  record Row(Provider provider, String sealedKey, int keyVersion) {}

  /** By name. */
  List<Row> list(ProjectScope scope);

  Optional<Row> find(ProjectScope scope, String providerId);

  /**
   * Stores a new one; when it is the default of its type, no other of the type is afterwards. False
   * when the slug is taken.
   */
  boolean insert(ProjectScope scope, Row row, AuditNote note);

  /** Replaces all but id, type and creation; as {@link #insert} otherwise. */
  boolean update(ProjectScope scope, Row row, AuditNote note);

  /** True when an API key that is not revoked is bound to it. */
  boolean boundToKey(ProjectScope scope, String providerId);

  void delete(ProjectScope scope, String providerId, AuditNote note);
}
