package dev.whyops.intake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.whyops.project.ProjectId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts, per project and since the start, what came in and what did not, and keeps the last
 * hundred refusals of each: what the ingestion page and the live probe show.
 *
 * <p>In memory and bounded; never blocks, so event loops may tell it. Thread-safe.
 */
public final class Intake {
  public static final int REFUSALS_MAX = 100;
  private static final int PROJECTS_MAX = 10_000;

  private final Instant since;
  private final Cache<ProjectId, Counts> projects =
      Caffeine.newBuilder().maximumSize(PROJECTS_MAX).build();

  /** Of every project; the refusals of keys that belong to none stand beside it. */
  private final Counts all = new Counts();

  private final Ring unknownKeys = new Ring();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Told about each refusal as it happens; must return at once and never throw. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param project null for a key that belongs to none
     */
    void refused(@Nullable ProjectId project, Refusal refusal);
  }

  /**
   * One project's figures.
   *
   * @param rejected refusals by code
   */
  public record Snapshot(
      Instant since, long accepted, long duplicates, long sampledOut, Map<String, Long> rejected) {}

  /** Mutable counters of one project. */
  private static final class Counts {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder sampledOut = new LongAdder();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();
    private final Ring refusals = new Ring();

    /** Codes come from a closed set of our own, so the map stays small. */
    void reject(String code) {
      rejected.computeIfAbsent(code, _ -> new LongAdder()).increment();
    }

    Snapshot since(Instant since) {
      Map<String, Long> byCode = new TreeMap<>();
      rejected.forEach((code, count) -> byCode.put(code, count.sum()));
      return new Snapshot(since, accepted.sum(), duplicates.sum(), sampledOut.sum(), byCode);
    }
  }

  /** The last refusals, newest first. */
  private static final class Ring {
    private final ArrayDeque<Refusal> last = new ArrayDeque<>();

    synchronized void add(Refusal refusal) {
      last.addFirst(refusal);
      if (last.size() > REFUSALS_MAX) {
        last.removeLast();
      }
    }

    synchronized List<Refusal> all() {
      return List.copyOf(last);
    }
  }

  public Intake(Clock clock) {
    this.since = clock.instant();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Events that are durable now. */
  public void accepted(ProjectId project, long count) {
    of(project).accepted.add(count);
    all.accepted.add(count);
  }

  public void duplicates(ProjectId project, long count) {
    of(project).duplicates.add(count);
    all.duplicates.add(count);
  }

  public void sampledOut(ProjectId project, long count) {
    of(project).sampledOut.add(count);
    all.sampledOut.add(count);
  }

  /**
   * @param project null for a key that belongs to none
   */
  public void refused(@Nullable ProjectId project, Refusal refusal) {
    all.reject(refusal.code());
    if (project == null) {
      unknownKeys.add(refusal);
    } else {
      Counts counts = of(project);
      counts.reject(refusal.code());
      counts.refusals.add(refusal);
    }
    listeners.forEach(listener -> listener.refused(project, refusal));
  }

  public Snapshot snapshot(ProjectId project) {
    return of(project).since(since);
  }

  /** All projects and unknown keys together. */
  public Snapshot total() {
    return all.since(since);
  }

  /** The project's last refusals, newest first. */
  public List<Refusal> refusals(ProjectId project) {
    return of(project).refusals.all();
  }

  /** The last refusals of keys that belong to no project, newest first. */
  public List<Refusal> unknownKeys() {
    return unknownKeys.all();
  }

  private Counts of(ProjectId project) {
    return projects.get(project, _ -> new Counts());
  }
}
