package dev.whyops.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy that breaks connections the way networks do. Every accepted connection takes the next
 * queued script, or the standing one. The same seed breaks the same bits. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 2_000;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final long seed;
  private final Deque<FaultScript> queue = new ArrayDeque<>();
  private final Set<FaultLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong bytesUp = new AtomicLong();
  private final AtomicLong bytesDown = new AtomicLong();
  private final Set<FaultScript.Direction> cut = ConcurrentHashMap.newKeySet();
  private volatile FaultScript standing = FaultScript.NONE;
  private volatile boolean closed;

  private FaultProxy(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.seed = seed;
    this.server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
  }

  /** Starts in front of a local port. */
  public static FaultProxy to(int port, long seed) throws IOException {
    FaultProxy proxy =
        new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), seed);
    Thread.ofVirtual().name("fault-accept").start(proxy::accept);
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The script of the next connection; first in, first out. */
  public void next(String words) {
    synchronized (queue) {
      queue.add(FaultScript.of(words));
    }
  }

  /** The script of every connection for which none is queued. */
  public void always(String words) {
    standing = FaultScript.of(words);
  }

  public long acceptedCount() {
    return accepted.get();
  }

  /** Bytes handed on to the server so far. */
  public long bytesUp() {
    return bytesUp.get();
  }

  /** Bytes handed on to clients so far. */
  public long bytesDown() {
    return bytesDown.get();
  }

  /** Nothing passes in this direction, on any connection, until {@link #heal}. */
  public void cut(FaultScript.Direction direction) {
    cut.add(direction);
  }

  /** What was held back passes now, as after retransmissions. */
  public void heal() {
    cut.clear();
  }

  /** Resets all open connections and goes on. */
  public void resetAll() {
    links.forEach(FaultLink::reset);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    resetAll();
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = server.accept();
        long number = accepted.incrementAndGet();
        FaultScript script;
        synchronized (queue) {
          script = queue.isEmpty() ? standing : queue.poll();
        }
        Thread.ofVirtual().name("fault-link").start(() -> link(client, script, number));
      } catch (IOException e) {
        // Closed, or a connection that was gone before it was taken.
      }
    }
  }

  private void link(Socket client, FaultScript script, long number) {
    Socket up = new Socket();
    try {
      client.setTcpNoDelay(true);
      up.setTcpNoDelay(true);
      up.connect(target, CONNECT_TIMEOUT_MS);
    } catch (IOException e) {
      FaultLink.closeQuietly(client);
      return;
    }
    FaultLink link = new FaultLink(client, up, script, seed * 31 + number, bytesUp, bytesDown, cut);
    links.add(link);
    try {
      link.run();
    } finally {
      links.remove(link);
    }
  }
}
