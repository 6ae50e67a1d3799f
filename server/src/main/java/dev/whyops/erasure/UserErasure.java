package dev.whyops.erasure;

import dev.whyops.fault.Fault;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceEraser;
import dev.whyops.trace.TraceReader;
import dev.whyops.trace.TraceSummary;
import dev.whyops.trace.UserTraces;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes all traces with events of a user. What a kill leaves undone, the next start takes up: who
 * asked was told nothing, and must not have to ask again.
 */
public final class UserErasure implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UserErasure.class);
  private static final long LOOK_EVERY_MS = 200;

  private final UserTraces traces;
  private final TraceEraser eraser;
  private final PendingErasures pending;
  private @Nullable Thread resuming;

  public UserErasure(TraceReader reader, TraceEraser eraser, PendingErasures pending) {
    this.traces = new UserTraces(reader);
    this.eraser = eraser;
    this.pending = pending;
  }

  /**
   * What was deleted.
   *
   * @param last the trace that went last; null when there was none
   */
  public record Erased(int count, @Nullable String last) {}

  public Erased erase(ProjectScope scope, String user) {
    return finish(pending.begin(scope.project(), user));
  }

  /**
   * Takes up what earlier processes left, in the background.
   *
   * @param caughtUp whether all that was sent before can be read: what cannot be read stays
   */
  public void resume(BooleanSupplier caughtUp) {
    var left = pending.left();
    if (!left.isEmpty()) {
      resuming =
          Thread.ofPlatform().daemon().name("user-erasure").start(() -> finish(left, caughtUp));
    }
  }

  private void finish(Iterable<PendingErasures.Pending> left, BooleanSupplier caughtUp) {
    try {
      while (!caughtUp.getAsBoolean()) {
        Thread.sleep(LOOK_EVERY_MS);
      }
      for (PendingErasures.Pending one : left) {
        Erased erased = finish(one);
        LOG.info("user_erasure_resumed project={} traces={}", one.project(), erased.count());
      }
    } catch (InterruptedException e) {
      LOG.info("user_erasure deferred=next_start");
    } catch (RuntimeException e) {
      LOG.warn("user_erasure deferred=next_start cause={}", e.toString());
    }
  }

  private Erased finish(PendingErasures.Pending one) {
    Eraser each = new Eraser(one.project());
    traces.each(each.scope, one.user(), each);
    pending.end(one);
    return new Erased(each.count, each.last);
  }

  /** What is not done yet waits for the next start. */
  @Override
  public void close() {
    if (resuming != null) {
      resuming.interrupt();
    }
  }

  /** Counts what it deletes. */
  private final class Eraser implements Consumer<TraceSummary> {
    private final ProjectScope scope;
    private int count;
    private @Nullable String last;

    Eraser(ProjectId project) {
      this.scope = new ProjectScope(project);
    }

    @Override
    public void accept(TraceSummary trace) {
      eraser.erase(scope, trace.traceId());
      last = trace.traceId();
      count++;
      Fault.maybe("mid-erasure");
    }
  }
}
