package dev.whyops.proxy;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that reads conversations, in the order in which they were handed over: what a call
 * asks about has been read when it asks. A thread of its own, as waking one costs a loop more than
 * the reading costs here: it is woken for what somebody waits for, and finds the rest within a
 * millisecond. Long texts are read elsewhere, so that nobody waits behind them.
 *
 * <p>Thread-safe. At most {@link #WAITING_BYTES_MAX} wait.
 */
final class Reading implements AutoCloseable {
  /** Texts up to this size are read here. */
  private static final int SHORT_BYTES = 128 * 1024;

  private static final long WAITING_BYTES_MAX = 64L * 1024 * 1024;
  private static final long NAP_NANOS = 1_000_000;
  private static final long SLEEP_NANOS = 1_000_000_000;

  private record Task(Runnable work, int bytes) {}

  private final Executor elsewhere;
  private final ConcurrentLinkedQueue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("continuity").unstarted(this::run);
  private volatile boolean sleeps;
  private volatile boolean closed;

  /**
   * @param elsewhere runs what takes long
   */
  Reading(Executor elsewhere) {
    this.elsewhere = elsewhere;
    thread.start();
  }

  /**
   * Hands a reading over.
   *
   * @param bytes size of what is read
   * @param awaited somebody waits for it
   * @return false when too much waits, or the gateway closes
   */
  boolean submit(Runnable work, int bytes, boolean awaited) {
    if (bytes > SHORT_BYTES) {
      elsewhere.execute(work);
      return true;
    }
    if (closed || waitingBytes.addAndGet(bytes) > WAITING_BYTES_MAX) {
      waitingBytes.addAndGet(-bytes);
      return false;
    }
    tasks.add(new Task(work, bytes));
    if (awaited || sleeps) {
      sleeps = false;
      LockSupport.unpark(thread);
    }
    return true;
  }

  private void run() {
    boolean active = false;
    while (!closed) {
      Task task = tasks.poll();
      if (task != null) {
        active = true;
        waitingBytes.addAndGet(-task.bytes());
        work(task);
      } else if (active) {
        active = false;
        LockSupport.parkNanos(this, NAP_NANOS);
      } else {
        sleeps = true;
        if (tasks.isEmpty()) {
          LockSupport.parkNanos(this, SLEEP_NANOS);
        }
        sleeps = false;
      }
    }
  }

  private static void work(Task task) {
    try {
      task.work().run();
    } catch (Throwable e) { // an Error of one text must not end the reading of all others
      Faults.note("continuity", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
