package dev.whyops.proxy;

import dev.whyops.limit.FairShare;
import dev.whyops.project.ProjectId;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one event loop: its idle connections to providers and the answers whose end waits
 * for their record. Touched by that loop only, so nothing here is locked.
 */
public final class Lane {
  private static final int IDLE_PER_ORIGIN_MAX = 256;
  private static final int CONNECTING_PER_ORIGIN_MAX = 2_048;
  private static final int ORIGINS_MAX = 4_096;

  /** Shorter than the keep-alive of common servers, so that they rarely close under our hands. */
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How long the end of an answer waits for its record at most. */
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final EventLoop loop;
  private final Turns turns;
  private final Map<Origin, ArrayDeque<Upstream>> idle = new HashMap<>();
  private final Map<Origin, FairShare> connecting = new HashMap<>();
  private final Map<URI, EgressPolicy.Verdict> verdicts = new HashMap<>();
  private final ArrayDeque<Relay> settling = new ArrayDeque<>();
  private boolean settleTimerSet;

  public Lane(EventLoop loop) {
    this.loop = loop;
    this.turns = new Turns(next -> loop.schedule(next, 1, TimeUnit.NANOSECONDS));
  }

  /** When calls of this loop begin. */
  public Turns turns() {
    return turns;
  }

  EventLoop loop() {
    return loop;
  }

  /** What the policy says of a base URL's text; it is read once. */
  EgressPolicy.Verdict judge(OutboundGate gate, URI baseUrl) {
    EgressPolicy.Verdict known = verdicts.get(baseUrl);
    if (known == null) {
      if (verdicts.size() >= ORIGINS_MAX) {
        verdicts.clear();
      }
      known = gate.parse(baseUrl.toString());
      verdicts.put(baseUrl, known);
    }
    return known;
  }

  /**
   * Bounds how many calls may hang on a provider that does not accept, and how many of them one
   * project's may be, so that others are served.
   */
  boolean beginConnect(Origin origin, ProjectId project) {
    return connecting
        .computeIfAbsent(origin, o -> new FairShare(CONNECTING_PER_ORIGIN_MAX))
        .take(project, 1);
  }

  void endConnect(Origin origin, ProjectId project) {
    FairShare share = connecting.get(origin);
    if (share != null) {
      share.giveBack(project, 1);
      if (share.taken() == 0) {
        connecting.remove(origin);
      }
    }
  }

  /** The connection that was used last, as it is the least likely to be stale. */
  @Nullable Upstream takeIdle(Origin origin) {
    ArrayDeque<Upstream> connections = idle.get(origin);
    while (connections != null && !connections.isEmpty()) {
      Upstream newest = connections.removeLast();
      if (newest.isUsable()) {
        return newest;
      }
      newest.close();
    }
    return null;
  }

  void putIdle(Upstream upstream) {
    if (idle.size() >= ORIGINS_MAX && !idle.containsKey(upstream.origin())) {
      upstream.close();
      return;
    }
    ArrayDeque<Upstream> connections =
        idle.computeIfAbsent(upstream.origin(), o -> new ArrayDeque<>());
    if (connections.size() >= IDLE_PER_ORIGIN_MAX) {
      connections.removeFirst().close();
    }
    connections.addLast(upstream);
  }

  void forget(Upstream upstream) {
    ArrayDeque<Upstream> connections = idle.get(upstream.origin());
    if (connections != null && connections.remove(upstream) && connections.isEmpty()) {
      idle.remove(upstream.origin());
    }
  }

  /** Closes connections that nobody used for a while; called about each second. */
  public void prune(long nowNanos) {
    for (Iterator<ArrayDeque<Upstream>> all = idle.values().iterator(); all.hasNext(); ) {
      ArrayDeque<Upstream> connections = all.next();
      while (!connections.isEmpty() && nowNanos - connections.getFirst().idleSince() > IDLE_NANOS) {
        connections.removeFirst().close();
      }
      if (connections.isEmpty()) {
        all.remove();
      }
    }
  }

  /** Closes all idle connections. */
  public void closeIdle() {
    idle.values().forEach(connections -> connections.forEach(Upstream::close));
    idle.clear();
  }

  /** Lets an answer go after 5 ms when its record is not settled by then. */
  void limitSettling(Relay relay, long nowNanos) {
    relay.settleBy(nowNanos + SETTLE_NANOS);
    settling.addLast(relay);
    if (!settleTimerSet) {
      settleTimerSet = true;
      loop.schedule(this::releaseLate, SETTLE_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  /** One timer serves all waiting answers of the loop: they wait equally long, so in a queue. */
  private void releaseLate() {
    long now = System.nanoTime();
    Relay first = settling.peekFirst();
    while (first != null && (first.isReleased() || first.settleBy() - now <= 0)) {
      settling.removeFirst();
      first.releaseLate();
      first = settling.peekFirst();
    }
    if (first == null) {
      settleTimerSet = false;
    } else {
      loop.schedule(this::releaseLate, Math.max(1, first.settleBy() - now), TimeUnit.NANOSECONDS);
    }
  }
}
