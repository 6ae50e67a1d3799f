package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.Optional;

/** Keeps the price rows of projects. Thread-safe; may block. */
public interface PriceStore {
  /** A project's own rows as JSON text; empty when it has none. */
  Optional<String> rows(ProjectScope scope);

  /** Puts these rows in the place of all before, with the note, or neither. */
  void save(ProjectScope scope, String rowsJson, Instant at, AuditNote note);
}
