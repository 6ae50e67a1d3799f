package dev.whyops.evidence;

import dev.whyops.event.Event;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Suppression;
import dev.whyops.pace.CallLoad;
import dev.whyops.pace.Pace;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.trace.TraceAssembler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for findings when a trace has closed, and again when it was reopened and has closed once
 * more. Off every path that somebody waits for: one thread, which rests while calls run, and a
 * bounded list of traces that wait; what does not fit is not looked at by itself, and still is when
 * somebody opens the trace.
 */
public final class FindingKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FindingKeeper.class);
  private static final int WAITING_MAX = 100_000;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration SETTLE = TraceAssembler.IDLE.plusSeconds(1);

  private final TraceEvidence evidence;
  private final FindingStore store;
  private final VersionHistories histories;
  private final Clock clock;
  private final Map<Waiting, Instant> waiting = new ConcurrentHashMap<>();
  private final Thread worker;
  private volatile CallLoad load = CallLoad.NONE;

  /** A trace that has not closed yet. */
  private record Waiting(ProjectId project, String traceId) {}

  public FindingKeeper(
      TraceEvidence evidence, FindingStore store, VersionHistories histories, Clock clock) {
    this.histories = histories;
    this.evidence = evidence;
    this.store = store;
    this.clock = clock;
    this.worker = Thread.ofPlatform().daemon().name("finding-keeper").start(this::work);
  }

  /** Work for calls goes before the keeper's. */
  public void yieldTo(CallLoad calls) {
    load = calls;
  }

  /** Told right after events were committed; returns at once. */
  public void landed(List<Event> events) {
    Instant due = clock.instant().plus(SETTLE);
    for (Event event : events) {
      Waiting trace = new Waiting(event.project(), event.place().traceId());
      if (waiting.size() < WAITING_MAX || waiting.containsKey(trace)) {
        waiting.put(trace, due);
      }
    }
  }

  @Override
  public void close() {
    worker.interrupt();
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

  /** Judges every trace that has been quiet long enough at that time. */
  public void lookAt(Instant now) {
    try {
      lookAt(now, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookAt(Instant now, boolean rests) throws InterruptedException {
    List<Waiting> due = new ArrayList<>();
    waiting.forEach(
        (trace, at) -> {
          if (!at.isAfter(now)) {
            due.add(trace);
          }
        });
    for (Waiting trace : due) {
      waiting.remove(trace);
      long beganNs = System.nanoTime();
      try {
        judge(new ProjectScope(trace.project()), trace.traceId(), now);
      } catch (RuntimeException e) { // the next trace is judged all the same
        LOG.warn("findings_failed cause={}", e.toString());
      }
      if (rests) {
        Duration work = Duration.ofNanos(System.nanoTime() - beganNs);
        Thread.sleep(Pace.AFTERWARDS.restAfter(work, load.now(), Duration.ZERO));
      }
    }
  }

  private void judge(ProjectScope scope, String traceId, Instant now) {
    Optional<KnownTrace> trace = evidence.of(scope, traceId);
    List<Finding> found = trace.map(KnownTrace::findings).orElse(List.of());
    trace.ifPresent(known -> histories.add(scope, known.digest()));
    List<Finding> marked = Suppression.apply(found, store.suppressions(scope), now);
    store.replace(scope, traceId, marked, now);
  }
}
