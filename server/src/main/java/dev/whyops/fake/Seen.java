package dev.whyops.fake;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request as the scripted provider saw it, and how the exchange ended. Thread-safe. */
public final class Seen {
  /**
   * How an exchange ended.
   *
   * @param atNanos {@link System#nanoTime()} of that instant
   * @param sentBytes body bytes of the answer that were written, before any transfer coding
   */
  public record End(Kind kind, long atNanos, long sentBytes, String sentSha256) {
    /** Who ended it. */
    public enum Kind {
      /** Everything was written. */
      COMPLETE,
      /** The peer closed or reset the connection before. */
      CLIENT_GONE,
      /** The script broke it off. */
      SCRIPTED
    }
  }

  /** The request line and head; names keep their case and order. */
  public record Head(String method, String target, List<Map.Entry<String, String>> headers) {
    public Head {
      headers = List.copyOf(headers);
    }
  }

  private final long connection;
  private final Head head;
  private volatile byte[] body;
  private final long bodyLength;
  private final boolean bodyComplete;
  private volatile String bodySha256;
  private final long atNanos = System.nanoTime();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String marker = "";
  private volatile @Nullable End end;

  Seen(
      long connection,
      Head head,
      byte[] body,
      long bodyLength,
      boolean bodyComplete,
      String bodySha256) {
    this.connection = connection;
    this.head = head;
    this.body = body;
    this.bodyLength = bodyLength;
    this.bodyComplete = bodyComplete;
    this.bodySha256 = bodySha256;
  }

  /** Number of the connection it came on; equal numbers mean a reused connection. */
  public long connection() {
    return connection;
  }

  public String method() {
    return head.method();
  }

  /** Path and query as sent. */
  public String target() {
    return head.target();
  }

  public String path() {
    int query = head.target().indexOf('?');
    return query < 0 ? head.target() : head.target().substring(0, query);
  }

  public List<Map.Entry<String, String>> headers() {
    return head.headers();
  }

  /** All values of a header, whatever its case. */
  public List<String> headerValues(String name) {
    return head.headers().stream()
        .filter(h -> h.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  public Optional<String> header(String name) {
    return headerValues(name).stream().findFirst();
  }

  /** The body as sent, before any content coding is undone; at most the logged limit of it. */
  public byte[] body() {
    return body.clone();
  }

  public long bodyLength() {
    return bodyLength;
  }

  /** False when the connection ended inside the body. */
  public boolean bodyComplete() {
    return bodyComplete;
  }

  public String bodySha256() {
    return bodySha256;
  }

  public String marker() {
    return marker;
  }

  /** {@link System#nanoTime()} when the request was read. */
  public long atNanos() {
    return atNanos;
  }

  public Optional<End> end() {
    return Optional.ofNullable(end);
  }

  /** Waits until the exchange has ended; throws when it has not in time. */
  public End awaitEnd(long timeoutMs) throws InterruptedException {
    if (!ended.await(timeoutMs, TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("exchange still open after " + timeoutMs + " ms");
    }
    return Objects.requireNonNull(end);
  }

  void marker(String text) {
    this.marker = text;
  }

  /** Keeps the head only, once nobody needs the body any more, and its hash as a form. */
  void forgetBody() {
    this.bodySha256 = Files.bodyHash(this);
    this.body = new byte[0];
  }

  void end(End how) {
    if (end == null) {
      end = how;
      ended.countDown();
    }
  }
}
