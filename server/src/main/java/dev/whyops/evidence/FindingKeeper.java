package dev.whyops.evidence;

import dev.whyops.event.Event;
import dev.whyops.evidence.WaitingTraces.Key;
import dev.whyops.pace.Background;
import dev.whyops.pace.CallLoad;
import dev.whyops.pace.Pace;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * the process. Traces that have closed are read many at a time. What does not fit is counted, and
 * still judged when somebody opens the trace.
 */
public final class FindingKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FindingKeeper.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
  private static final int TRIES_MAX = 5;
  private static final int EVENTS_MIN = 20;

  /** Traces that are read in one go: enough that a reading of all costs little for each. */
  private static final int TOGETHER = 500;

  /** Characters of traces that are read in one go. */
  private static final long TOGETHER_CHARS_MAX = TraceEvidence.CHARS_MAX / 4;

  private final Duration settle;
  private final TraceJudge judge;
  private final Clock clock;
  private final WaitingTraces waiting;
  private final Map<Key, Progress> progress = new ConcurrentHashMap<>();
  private final AtomicLong places = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final Thread worker;
  private volatile CallLoad load = CallLoad.NONE;

  /**
   * How far a trace has come.
   *
   * @param place in the order in which traces were first seen, which is how they lie in the store
   * @param closesAt when it has been quiet for long enough
   * @param events since it was first seen here; 0 after a restart
   * @param chars of these events
   * @param lookedAt events at the last look
   * @param failures looks in a row that failed
   */
  private record Progress(
      long place,
      Instant closesAt,
      Instant nextLook,
      long events,
      long chars,
      long lookedAt,
      int failures) {
    boolean grown(Instant now) {
      return !nextLook.isAfter(now)
          && events >= Math.max(EVENTS_MIN, 2 * lookedAt)
          && lookedAt < TraceEvidence.EVENTS_MAX; // of what came since nothing is looked at
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
    this.judge = new TraceJudge(evidence, store, histories);
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
    Map<Key, Size> sizes = new LinkedHashMap<>();
    for (Event event : events) {
      sizes.merge(
          new Key(event.project(), event.place().traceId()),
          new Size(1, TraceEvidence.chars(event)),
          Size::plus);
    }
    Instant now = clock.instant();
    // Noted before it is written: a look that ends in between takes the line away and not the note.
    sizes.forEach(
        (key, more) ->
            progress.compute(
                key, (_, known) -> grown(known == null ? fresh(now) : known, now, more)));
    for (Key left : waiting.add(sizes.keySet())) {
      progress.remove(left);
      skipped.incrementAndGet();
    }
  }

  private Progress fresh(Instant now) {
    return new Progress(
        places.incrementAndGet(), now.plus(settle), now.plus(BETWEEN_LOOKS), 0, 0, 0, 0);
  }

  private record Size(int events, long chars) {
    Size plus(Size more) {
      return new Size(events + more.events, chars + more.chars);
    }
  }

  private Progress grown(Progress known, Instant now, Size more) {
    return new Progress(
        known.place(),
        now.plus(settle),
        known.nextLook(),
        known.events() + more.events(),
        known.chars() + more.chars(),
        known.lookedAt(),
        0);
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
    Background.enter();
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
    Map<ProjectId, Map<Key, Progress>> closed = new LinkedHashMap<>();
    Map<Key, Progress> grown = new LinkedHashMap<>();
    boolean room = Pace.hasRoom(load.now());
    progress.forEach(
        (key, known) -> {
          if (!known.closesAt().isAfter(now)) {
            closed.computeIfAbsent(key.project(), _ -> new HashMap<>()).put(key, known);
          } else if (room && known.grown(now)) {
            grown.put(key, known);
          }
        });
    for (Map.Entry<Key, Progress> one : grown.entrySet()) {
      inTurn(() -> look(one.getKey(), one.getValue(), now), rests);
    }
    for (Map<Key, Progress> ofProject : closed.values()) {
      List<Map.Entry<Key, Progress>> order = new ArrayList<>(ofProject.entrySet());
      order.sort(Comparator.comparingLong(entry -> entry.getValue().place()));
      for (int from = 0; from < order.size(); ) {
        List<Map.Entry<Key, Progress>> some = order.subList(from, endOfBatch(order, from));
        inTurn(() -> lookAtClosed(some, now), rests);
        from += some.size();
      }
    }
  }

  /** As many as may be read in one go; one whose size is unknown, or large, alone. */
  private static int endOfBatch(List<Map.Entry<Key, Progress>> order, int from) {
    long chars = 0;
    int to = from;
    while (to < order.size() && to - from < TOGETHER) {
      Progress next = order.get(to).getValue();
      chars += next.events() == 0 ? TOGETHER_CHARS_MAX : next.chars();
      if (to > from && chars > TOGETHER_CHARS_MAX) {
        break;
      }
      to++;
    }
    return to;
  }

  /** Does a piece of work and rests; what is left still waits when the next process starts. */
  private void inTurn(Runnable work, boolean rests) throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException();
    }
    long beganNs = System.nanoTime();
    work.run();
    if (rests) {
      Duration took = Duration.ofNanos(System.nanoTime() - beganNs);
      Thread.sleep(Pace.AFTERWARDS.restAfter(took, load.now(), Duration.ZERO));
    }
  }

  /** Traces of one project, read in one go; one by one where that is too much or fails. */
  private void lookAtClosed(List<Map.Entry<Key, Progress>> some, Instant now) {
    Set<String> judged = Set.of();
    if (some.size() > 1) {
      Set<String> ids = new HashSet<>();
      some.forEach(entry -> ids.add(entry.getKey().traceId()));
      ProjectScope scope = new ProjectScope(some.getFirst().getKey().project());
      try {
        judged = judge.judgeClosed(scope, ids, now);
      } catch (RuntimeException e) { // one of them may be at fault: each has its own tries
        LOG.warn("findings_failed together={} cause={}", some.size(), e.toString());
      }
    }
    List<Key> done = new ArrayList<>();
    for (Map.Entry<Key, Progress> entry : some) {
      if (!judged.contains(entry.getKey().traceId())) {
        look(entry.getKey(), entry.getValue(), now);
      } else if (progress.remove(entry.getKey(), entry.getValue())) {
        done.add(entry.getKey());
      }
    }
    forget(done);
  }

  /** They were judged; one that was reopened just now waits again. */
  private void forget(List<Key> done) {
    waiting.remove(done);
    Set<Key> reopened = new HashSet<>(done);
    reopened.retainAll(progress.keySet());
    waiting.add(reopened);
  }

  private void look(Key key, Progress known, Instant now) {
    boolean closed = !known.closesAt().isAfter(now);
    int failures = 0;
    try {
      judge.judge(new ProjectScope(key.project()), key.traceId(), closed, now);
    } catch (RuntimeException e) { // the next trace is judged all the same, this one once more
      failures = known.failures() + 1;
      LOG.warn("findings_failed tries={} cause={}", failures, e.toString());
    }
    boolean done = closed && (failures == 0 || failures >= TRIES_MAX);
    if (done && progress.remove(key, known)) {
      forget(List.of(key));
      return;
    }
    int failed = failures;
    Instant again = now.plus(failed == 0 ? BETWEEN_LOOKS : AFTER_FAILURE);
    progress.computeIfPresent(
        key,
        (_, newer) ->
            new Progress(
                newer.place(),
                failed > 0 && newer.closesAt().isBefore(again) ? again : newer.closesAt(),
                again,
                newer.events(),
                newer.chars(),
                known.events(),
                failed));
  }
}
