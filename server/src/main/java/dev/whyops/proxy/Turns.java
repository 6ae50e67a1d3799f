package dev.whyops.proxy;

import dev.whyops.project.ProjectId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Shares an event loop among projects: calls begin as they come as long as few do. When many come
 * at once, the rest waits in a queue per project, and the projects take turns, some calls between
 * two looks at the sockets. A project that floods the loop so waits for itself.
 *
 * <p>Belongs to one event loop and is touched by it only.
 */
public final class Turns {
  /** Calls that begin before the sockets are looked at again. */
  static final int PER_TURN = 32;

  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Consumer<Runnable> afterSockets;
  private final Map<ProjectId, ArrayDeque<Runnable>> waiting = new HashMap<>();
  private final ArrayDeque<ProjectId> order = new ArrayDeque<>();
  private final Runnable turn = this::turn;
  private long turnBegan;
  private int begun;
  private boolean scheduled;

  /**
   * @param afterSockets runs something once the sockets that are ready were served
   */
  public Turns(Consumer<Runnable> afterSockets) {
    this.afterSockets = afterSockets;
  }

  /** Whether a call may begin at once; if not, it has to {@link #await}. */
  public boolean mayBegin(long nowNanos) {
    if (!order.isEmpty()) {
      return false;
    }
    if (nowNanos - turnBegan > TURN_NANOS) {
      turnBegan = nowNanos;
      begun = 0;
    }
    return begun++ < PER_TURN;
  }

  /** Begins the call when it is the project's turn. */
  public void await(ProjectId project, Runnable call) {
    schedule();
    ArrayDeque<Runnable> own = waiting.get(project);
    if (own == null) {
      own = new ArrayDeque<>();
      waiting.put(project, own);
      order.addLast(project);
    }
    own.addLast(call);
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      afterSockets.accept(turn);
    }
  }

  private void turn() {
    scheduled = false;
    for (int i = 0; i < PER_TURN && !order.isEmpty(); i++) {
      ProjectId project = order.removeFirst();
      ArrayDeque<Runnable> own = waiting.get(project);
      if (own == null) {
        continue;
      }
      Runnable call = own.removeFirst();
      if (own.isEmpty()) {
        waiting.remove(project);
      } else {
        order.addLast(project);
      }
      call.run();
    }
    if (!order.isEmpty()) {
      schedule();
    }
  }
}
