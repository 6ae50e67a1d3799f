package dev.whyops.audit;

import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.OptionalLong;

/**
 * A project's audit log. Entries are written by the stores, in the transaction of the change; here
 * they are read, and added where the change itself lives elsewhere. Thread-safe; may block.
 */
public interface AuditLog {
  void append(ProjectScope scope, AuditNote note);

  /**
   * Newest first.
   *
   * @param beforeSequence entries older than this one; {@code Long.MAX_VALUE} for the first page
   * @param limit 1-201: lists ask for one more than they show
   */
  List<AuditEntry> entries(ProjectScope scope, long beforeSequence, int limit);

  /** Walks the whole chain: the first entry whose hash is wrong, or empty when all hold. */
  OptionalLong firstBroken(ProjectScope scope);
}
