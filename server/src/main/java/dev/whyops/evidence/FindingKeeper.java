package dev.whyops.evidence;

import dev.whyops.event.Event;
import dev.whyops.evidence.WaitingTraces.Key;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Suppression;
import dev.whyops.pace.CallLoad;
import dev.whyops.pace.Pace;
import dev.whyops.project.ProjectScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for findings when a trace has closed, again when it was reopened and has closed once more,
 * and now and then while it grows: whenever its events have doubled since the last look, so that
 * all looks together cost about twice the last one. Off every path that somebody waits for: one
 * thread, which rests while calls run, and a list of waiting traces that is bounded and outlives
 * the process. What does not fit is counted, and still judged when somebody opens the trace.
 */
public final class FindingKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FindingKeeper.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final int TRIES_MAX = 5;
  private static final int EVENTS_MIN = 20;

  private final Duration settle;
  private final TraceEvidence evidence;
  private final FindingStore store;
  private final VersionHistories histories;
  private final Clock clock;
  private final WaitingTraces waiting;
  private final Map<Key, Progress> progress = new ConcurrentHashMap<>();
  private final AtomicLong skipped = new AtomicLong();
  private final Thread worker;
  private volatile CallLoad load = CallLoad.NONE;

  /**
   * How far a trace has come.
   *
   * @param closesAt when it has been quiet for long enough
   * @param events since it was first seen here
   * @param lookedAt events at the last look
   * @param failures looks in a row that failed
   */
  private record Progress(
      Instant closesAt, Instant nextLook, long events, long lookedAt, int failures) {
    boolean grown(Instant now) {
      return !nextLook.isAfter(now) && events >= Math.max(EVENTS_MIN, 2 * lookedAt);
    }
  }

  private FindingKeeper(
      TraceEvidence evidence,
      FindingStore store,
      VersionHistories histories,
      WaitingTraces waiting,
      Duration traceIdle,
      Clock clock) {
    this.settle = traceIdle.plusSeconds(1);
    this.histories = histories;
    this.evidence = evidence;
    this.store = store;
    this.waiting = waiting;
    this.clock = clock;
    Instant now = clock.instant();
    waiting.all().forEach(key -> progress.put(key, fresh(now)));
    this.worker = Thread.ofPlatform().daemon().name("finding-keeper").start(this::work);
  }

  /** Goes on with the traces that waited when the process ended. */
  public static FindingKeeper open(
      Path dataDir,
      TraceEvidence evidence,
      FindingStore store,
      VersionHistories histories,
      Duration traceIdle,
      Clock clock)
      throws IOException {
    WaitingTraces waiting = WaitingTraces.open(dataDir.resolve("findings-waiting.log"));
    return new FindingKeeper(evidence, store, histories, waiting, traceIdle, clock);
  }

  /** Work for calls goes before the keeper's. */
  public void yieldTo(CallLoad calls) {
    load = calls;
  }

  /** Told right after events were committed; writes at most a few lines. */
  public void landed(List<Event> events) {
    Map<Key, Integer> counts = new LinkedHashMap<>();
    for (Event event : events) {
      counts.merge(new Key(event.project(), event.place().traceId()), 1, Integer::sum);
    }
    Instant now = clock.instant();
    // Noted before it is written: a look that ends in between takes the line away and not the note.
    counts.forEach(
        (key, n) ->
            progress.compute(key, (_, known) -> grown(known == null ? fresh(now) : known, now, n)));
    for (Key left : waiting.add(counts.keySet())) {
      progress.remove(left);
      skipped.incrementAndGet();
    }
  }

  private Progress fresh(Instant now) {
    return new Progress(now.plus(settle), now.plus(BETWEEN_LOOKS), 0, 0, 0);
  }

  private Progress grown(Progress known, Instant now, int events) {
    return new Progress(
        now.plus(settle), known.nextLook(), known.events() + events, known.lookedAt(), 0);
  }

  /** Traces that found no room since the start. */
  public long skipped() {
    return skipped.get();
  }

  /** Traces that will be judged. */
  public int waiting() {
    return progress.size();
  }

  @Override
  public void close() throws IOException {
    worker.interrupt();
    try {
      worker.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiting.close();
  }

  private void work() {
    try {
      while (true) {
        Thread.sleep(LOOK_EVERY);
        lookAt(clock.instant(), true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Judges every trace that has been quiet long enough at that time, or has grown enough. */
  public void lookAt(Instant now) {
    try {
      lookAt(now, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAt(Instant now, boolean rests) throws InterruptedException {
    Map<Key, Progress> due = new HashMap<>();
    progress.forEach(
        (key, known) -> {
          if (!known.closesAt().isAfter(now) || known.grown(now)) {
            due.put(key, known);
          }
        });
    for (Map.Entry<Key, Progress> entry : due.entrySet()) {
      if (Thread.currentThread().isInterrupted()) {
        return; // the rest still waits when the next process starts
      }
      long beganNs = System.nanoTime();
      look(entry.getKey(), entry.getValue(), now);
      if (rests) {
        Duration work = Duration.ofNanos(System.nanoTime() - beganNs);
        Thread.sleep(Pace.AFTERWARDS.restAfter(work, load.now(), Duration.ZERO));
      }
    }
  }

  private void look(Key key, Progress known, Instant now) {
    boolean closed = !known.closesAt().isAfter(now);
    int failures = 0;
    try {
      judge(new ProjectScope(key.project()), key.traceId(), closed, now);
    } catch (RuntimeException e) { // the next trace is judged all the same, this one once more
      failures = known.failures() + 1;
      LOG.warn("findings_failed tries={} cause={}", failures, e.toString());
    }
    boolean done = closed && (failures == 0 || failures >= TRIES_MAX);
    if (done && progress.remove(key, known)) {
      waiting.remove(key);
      if (progress.containsKey(key)) { // it was reopened just now
        waiting.add(Set.of(key));
      }
      return;
    }
    int failed = failures;
    Instant again = now.plus(failed == 0 ? BETWEEN_LOOKS : AFTER_FAILURE);
    progress.computeIfPresent(
        key,
        (_, newer) ->
            new Progress(
                failed > 0 && newer.closesAt().isBefore(again) ? again : newer.closesAt(),
                again,
                newer.events(),
                known.events(),
                failed));
  }

  private void judge(ProjectScope scope, String traceId, boolean closed, Instant now) {
    Optional<KnownTrace> trace = evidence.of(scope, traceId);
    List<Finding> found = trace.map(KnownTrace::findings).orElse(List.of());
    if (closed) {
      trace.ifPresent(known -> histories.add(scope, known.digest()));
    }
    List<Finding> marked = Suppression.apply(found, store.suppressions(scope), now);
    store.replace(scope, traceId, marked, now);
  }
}
