package dev.whyops.sdk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How events leave the process without the host noticing: a bounded queue and one daemon thread.
 *
 * <p>The host only appends bytes under a lock; compression, network and retries happen on the
 * thread. When the queue is full the oldest event is dropped and counted. Every event carries its
 * own {@code eventId}, so sending a batch twice is harmless. Thread-safe, also for virtual threads.
 */
final class EventQueue {
  static final int EVENTS_MAX = 10_000;
  static final long BYTES_MAX = 64L * 1024 * 1024;
  private static final int BATCH_EVENTS_MAX = 100;
  private static final int BATCH_BYTES_MAX = 4 * 1024 * 1024;
  private static final long BATCH_WAIT_MS = 200;
  private static final long[] RETRY_DELAYS_MS = {200, 400, 800};
  private static final long PAUSE_MIN_MS = 1_000;
  private static final long PAUSE_MAX_MS = 30_000;

  private final Transport transport;
  private final int eventsMax;
  private final Runnable beforeFirstBatch;
  private final Waits waits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private List<byte[]> batch = new ArrayList<>();
  private long queueBytes;
  private @Nullable Thread thread;
  private int flushes;
  private boolean closed;
  private boolean failing;
  private boolean saidFull;
  private long pauseMs = PAUSE_MIN_MS;
  private long accepted;
  private long sent;
  private long dropped;
  private long rejected;
  private long failedSends;
  final AtomicLong truncated = new AtomicLong();
  final AtomicLong internalErrors = new AtomicLong();

  EventQueue(Transport transport, int eventsMax, Runnable beforeFirstBatch) {
    this(transport, eventsMax, beforeFirstBatch, Condition::awaitNanos);
  }

  /**
   * How the sender's thread waits for a moment; what is left of it, as {@link Condition} has it.
   */
  interface Waits {
    long awaitNanos(Condition changed, long nanos) throws InterruptedException;
  }

  EventQueue(Transport transport, int eventsMax, Runnable beforeFirstBatch, Waits waits) {
    this.waits = waits;
    this.transport = transport;
    this.eventsMax = Math.max(1, eventsMax);
    this.beforeFirstBatch = beforeFirstBatch;
  }

  /** Queues one encoded event; microseconds, never waits for the network. */
  void put(byte[] event) {
    boolean sayFull = false;
    lock.lock();
    try {
      if (closed) {
        dropped++;
        return;
      }
      queue.addLast(event);
      queueBytes += event.length;
      accepted++;
      sayFull = shed() && !saidFull;
      saidFull |= sayFull;
      // The thread wakes for the first event of a batch and for a full one, not for each.
      if (queue.size() == 1 || queue.size() == BATCH_EVENTS_MAX) {
        changed.signalAll();
      }
      start();
    } finally {
      lock.unlock();
    }
    if (sayFull) {
      Notices.warn("queue_full", "the event queue is full; the oldest events are dropped");
    }
  }

  /** Waits until what was queued before the call is settled; false when time ran out. */
  boolean flush(long timeoutMs) throws InterruptedException {
    long remaining = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    lock.lockInterruptibly();
    try {
      long target = accepted;
      flushes++;
      changed.signalAll();
      while (sent + dropped + rejected < target && !(queue.isEmpty() && batch.isEmpty())) {
        if (remaining <= 0 || thread == null) {
          return false;
        }
        remaining = changed.awaitNanos(remaining);
      }
      return true;
    } finally {
      flushes--;
      lock.unlock();
    }
  }

  /** Flushes and stops; later events are dropped and counted. Safe to call twice. */
  boolean close(long timeoutMs) throws InterruptedException {
    boolean flushed = flush(timeoutMs);
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return flushed;
  }

  /** A server that was already unreachable must not hold up the host's exit for long. */
  boolean isFailing() {
    lock.lock();
    try {
      return failing;
    } finally {
      lock.unlock();
    }
  }

  Stats stats() {
    lock.lock();
    try {
      return new Stats(
          queue.size() + batch.size(),
          accepted,
          sent,
          dropped,
          rejected,
          truncated.get(),
          failedSends,
          internalErrors.get());
    } finally {
      lock.unlock();
    }
  }

  private boolean shed() {
    boolean shed = false;
    while (queue.size() > eventsMax || queueBytes > BYTES_MAX) {
      queueBytes -= queue.removeFirst().length;
      dropped++;
      shed = true;
    }
    return shed;
  }

  private void start() {
    if (thread == null) {
      thread = new Thread(this::run, "whyops-sender");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      beforeFirstBatch.run();
      while (takeBatch()) {
        deliver();
        if (closed && failing) {
          break;
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException bug) { // ends the thread, not the host; put() starts another
      internalErrors.incrementAndGet();
      Notices.warn("sender", "the sender stopped: " + bug);
    } finally {
      lock.lock();
      try {
        returnBatch();
        thread = null;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits for a batch: 100 events, or 200 ms after the first. False: time to stop. */
  private boolean takeBatch() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty()) {
        if (closed) {
          return false;
        }
        changed.await();
      }
      long remaining = TimeUnit.MILLISECONDS.toNanos(BATCH_WAIT_MS);
      while (queue.size() < BATCH_EVENTS_MAX && !closed && flushes == 0 && remaining > 0) {
        remaining = waits.awaitNanos(changed, remaining);
      }
      long size = 0;
      while (!queue.isEmpty() && batch.size() < BATCH_EVENTS_MAX) {
        size += queue.getFirst().length;
        if (!batch.isEmpty() && size > BATCH_BYTES_MAX) {
          break;
        }
        byte[] event = queue.removeFirst();
        queueBytes -= event.length;
        batch.add(event);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** One batch: a first try and three more, then back into the queue and a longer pause. */
  private void deliver() throws InterruptedException {
    Delivery delivery = attempt();
    for (long delay : RETRY_DELAYS_MS) {
      if (delivery.unsent().isEmpty() || closed) {
        break;
      }
      pause(delay, delivery.retryAfterMs());
      delivery = attempt();
    }
    if (delivery.unsent().isEmpty()) {
      pauseMs = PAUSE_MIN_MS;
      return;
    }
    Notices.warn(
        "unreachable", "cannot deliver events (" + delivery.problem() + "); they are kept");
    lock.lock();
    try {
      returnBatch();
    } finally {
      lock.unlock();
    }
    pause(pauseMs, delivery.retryAfterMs());
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }

  private Delivery attempt() throws InterruptedException {
    Delivery delivery = transport.send(batch);
    lock.lock();
    try {
      sent += delivery.sent();
      rejected += delivery.rejected();
      failing = !delivery.unsent().isEmpty();
      failedSends += failing ? 1 : 0;
      saidFull &= failing;
      batch = new ArrayList<>(delivery.unsent());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (delivery.rejected() > 0) {
      Notices.warn("rejected", delivery.rejected() + " events refused: " + delivery.problem());
    }
    return delivery;
  }

  /** Puts what could not be sent back in front, then makes room as for any event. */
  private void returnBatch() {
    for (int index = batch.size() - 1; index >= 0; index--) {
      queue.addFirst(batch.get(index));
      queueBytes += batch.get(index).length;
    }
    batch = new ArrayList<>();
    shed();
  }

  /** Sleeps with jitter; {@code Retry-After} counts, closing and a new flush cut it short. */
  private void pause(long ms, @Nullable Long retryAfterMs) throws InterruptedException {
    long jittered = (long) (ms * ThreadLocalRandom.current().nextDouble(0.5, 1.0));
    long wait = Math.max(jittered, retryAfterMs == null ? 0 : retryAfterMs);
    long remaining = TimeUnit.MILLISECONDS.toNanos(wait);
    lock.lock();
    try {
      int waiting = flushes;
      while (!closed && remaining > 0) {
        if (flushes > waiting && retryAfterMs == null && ms >= PAUSE_MIN_MS) {
          return;
        }
        remaining = waits.awaitNanos(changed, remaining);
      }
    } finally {
      lock.unlock();
    }
  }
}
