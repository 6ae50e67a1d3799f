package dev.whyops.store.sql;

import dev.whyops.http.UnavailableException;
import dev.whyops.project.ProjectId;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Runs SQL of the control plane. A failure of the engine or its connection, or a wait that got too
 * long, is an {@link UnavailableException}; what has begun is rolled back. Thread-safe; blocks.
 */
public interface Database extends AutoCloseable {
  /** Reads; two statements in it may see different states. */
  <T> T read(Function<DSLContext, T> work);

  /**
   * Runs one transaction, committed durably when this returns. The work may run again after a
   * conflict, so it does nothing but SQL. Never called inside another.
   */
  <T> T write(Function<DSLContext, T> work);

  /**
   * Inside a transaction: no other transaction appends to this project's audit log until it ends.
   */
  void lockAudit(DSLContext transaction, ProjectId project);

  /** Other nodes change the same rows. */
  boolean isShared();

  /** Reads; all statements in it see one state, whatever is written meanwhile. */
  <T> T snapshot(Function<DSLContext, T> work);

  @Override
  void close();
}
