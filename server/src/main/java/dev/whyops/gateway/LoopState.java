package dev.whyops.gateway;

import dev.whyops.project.ProjectId;
import dev.whyops.proxy.Lane;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of one event loop, and its clock. Touched by that loop only, but where it says.
 */
final class LoopState {
  /** Ticks come ten times a second. */
  private static final long LATE_NANOS = 1_000_000_000L;

  private static final long RECOVERY_NANOS = 2_000_000_000L;

  private final Lane lane;
  private final List<ClientConnection> connections = new ArrayList<>();
  private long prunedAt = System.nanoTime();
  private volatile long tickedAt = System.nanoTime();
  private volatile long behindUntil = System.nanoTime();

  LoopState(Lane lane) {
    this.lane = lane;
  }

  /**
   * False while ticks come late, and a while after: the process was stopped, or has too little of
   * the processors to be sent more work. From any thread.
   */
  boolean keepsUp(long now) {
    return now - tickedAt < LATE_NANOS && now - behindUntil >= 0;
  }

  Lane lane() {
    return lane;
  }

  void add(ClientConnection connection) {
    connection.slot(connections.size());
    connections.add(connection);
  }

  /** Moves the last one into the gap. */
  void remove(ClientConnection connection) {
    int slot = connection.slot();
    if (slot < 0 || slot >= connections.size() || connections.get(slot) != connection) {
      return;
    }
    ClientConnection last = connections.removeLast();
    if (last != connection) {
      connections.set(slot, last);
      last.slot(slot);
    }
    connection.slot(-1);
  }

  /** One timer looks at all connections, so that none needs its own. */
  void tick() {
    tick(System.nanoTime());
  }

  void tick(long now) {
    if (now - tickedAt >= LATE_NANOS) {
      behindUntil = now + RECOVERY_NANOS;
    }
    tickedAt = now;
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).tick(now);
      }
    }
    if (now - prunedAt > 1_000_000_000L) {
      prunedAt = now;
      lane.prune(now);
    }
  }

  void drain() {
    List.copyOf(connections).forEach(ClientConnection::drain);
  }

  void endFor(ProjectId project) {
    List.copyOf(connections).forEach(connection -> connection.endFor(project));
  }

  void abort() {
    List.copyOf(connections).forEach(ClientConnection::breakOff);
    lane.closeIdle();
  }

  boolean isEmpty() {
    return connections.isEmpty();
  }
}
