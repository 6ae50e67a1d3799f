package dev.whyops.sdk;

import org.jspecify.annotations.Nullable;

/**
 * A trace that calls and events of this thread belong to until it is closed. Close it on the thread
 * that opened it.
 */
public final class TraceScope implements AutoCloseable {
  private final Trace trace;
  private final @Nullable Scope before;

  TraceScope(Trace trace, Scope scope) {
    this.trace = trace;
    this.before = Scope.enter(scope);
  }

  public Trace trace() {
    return trace;
  }

  @Override
  public void close() {
    Scope.enter(before);
  }
}
