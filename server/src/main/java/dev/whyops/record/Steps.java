package dev.whyops.record;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers the steps of each trace in order of arrival. The traces used last are in memory, others
 * are looked up. Thread-safe.
 */
public final class Steps {
  private static final int TRACES_MAX = 100_000;

  private final LoadingCache<Key, AtomicInteger> last;

  private record Key(ProjectId project, String traceId) {}

  public Steps(EventStore store) {
    last =
        Caffeine.newBuilder()
            .maximumSize(TRACES_MAX)
            .executor(Runnable::run)
            .build(
                key ->
                    new AtomicInteger(
                        store.lastStep(new ProjectScope(key.project()), key.traceId())));
  }

  /**
   * Asks the store for what {@link #next} will need, so that this does not fail then.
   *
   * @throws EventStoreException when the store cannot say
   */
  void prepare(ProjectId project, String traceId) {
    var _ = last.get(new Key(project, traceId));
  }

  /** The next free number. */
  public int next(ProjectId project, String traceId) {
    return last.get(new Key(project, traceId)).incrementAndGet();
  }

  /** Notes a number that somebody else has given. */
  public void taken(ProjectId project, String traceId, int step) {
    last.get(new Key(project, traceId)).accumulateAndGet(step, Math::max);
  }
}
