package dev.whyops.gateway;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

/** How long one connection may keep us waiting. All times are {@link System#nanoTime()}. */
final class Patience {
  /** A refused body of up to this size is read away, so that the connection can be kept. */
  private static final long SMALL_REST = 64 * 1024;

  private static final long LINGER_NANOS = 1_000_000_000L;

  /** What the clock says about a connection. */
  enum Verdict {
    FINE,
    CLOSE,
    HEAD_TOO_SLOW,
    BODY_TOO_SLOW
  }

  private final HttpLimits limits;
  private long idleSince;
  private long headBegan;
  private boolean headPending;
  private long requestBegan;
  private long bodyBytes;
  private long announced;
  private boolean lingering;
  private long lingerUntil;
  private long pendingBytes;
  private long stalledSince;

  Patience(HttpLimits limits) {
    this.limits = limits;
  }

  void idle(long now) {
    idleSince = now;
  }

  /** Bytes came from the socket. */
  void bytesArrived(long now) {
    if (!headPending) {
      headPending = true;
      headBegan = now;
    }
  }

  /** A decoded part came. */
  void received(HttpObject part) {
    if (part instanceof HttpRequest) {
      bodyBytes = 0;
    } else if (part instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
    }
  }

  void requestBegan(HttpRequest request) {
    requestBegan = headBegan;
    announced = HttpUtil.isTransferEncodingChunked(request) ? -1 : announced(request);
  }

  private static long announced(HttpRequest request) {
    String length = request.headers().get("content-length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** All of a request is here; the next byte begins another one. */
  void requestEnded() {
    headPending = false;
  }

  /** When the first byte of the request came. */
  long requestNanos() {
    return requestBegan;
  }

  boolean restIsSmall() {
    return announced >= 0 && announced - bodyBytes <= SMALL_REST;
  }

  void linger(long now) {
    lingering = true;
    lingerUntil = now + LINGER_NANOS;
  }

  /**
   * @param idle no request is under way
   * @param waitsForBody the request's body is incomplete and we are reading it
   * @param pending bytes that the client has not taken
   */
  Verdict judge(long now, boolean idle, boolean waitsForBody, long pending) {
    if (lingering) {
      return now - lingerUntil > 0 ? Verdict.CLOSE : Verdict.FINE;
    }
    if (idle) {
      if (headPending) {
        return now - headBegan > limits.headTime().toNanos() ? Verdict.HEAD_TOO_SLOW : Verdict.FINE;
      }
      return now - idleSince > limits.idleTime().toNanos() ? Verdict.CLOSE : Verdict.FINE;
    }
    if (waitsForBody && isTooSlow(now)) {
      return Verdict.BODY_TOO_SLOW;
    }
    if (pending == 0 || pending != pendingBytes) {
      pendingBytes = pending;
      stalledSince = now;
      return Verdict.FINE;
    }
    return now - stalledSince > limits.stallTime().toNanos() ? Verdict.CLOSE : Verdict.FINE;
  }

  private boolean isTooSlow(long now) {
    long late = now - requestBegan - limits.slowBodyAfter().toNanos();
    return late > 0 && bodyBytes < late / 1_000_000 * limits.bodyRateMin() / 1_000;
  }
}
