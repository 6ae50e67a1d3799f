package dev.whyops.proxy;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The head of an answer as the client gets it: the provider's, and how the body is framed here. */
final class DownHead {
  private DownHead() {}

  /** Status and headers, all but those of the framing. */
  static ByteBuf begin(ResponseHead head, Tap tap, ProxyCall call, ClientSide client) {
    ByteBuf out = client.alloc().buffer(1_024);
    text(out, "HTTP/1.1 ");
    head.writeStatus(out);
    text(out, "\r\n");
    head.writeAllowed(out, tap);
    call.writeOwnHeaders(out);
    return out;
  }

  /** What is told of the body's length, or -1. */
  static long length(ResponseHead head) {
    return head.status() >= 200 && head.status() != 204 ? head.contentLength() : -1;
  }

  /**
   * @param length -1 when none is told
   */
  static void end(ByteBuf out, boolean chunked, long length, boolean closes, boolean http10) {
    if (chunked) {
      text(out, "transfer-encoding: chunked\r\n");
    } else if (length >= 0) {
      text(out, "content-length: ");
      text(out, Long.toString(length));
      text(out, "\r\n");
    }
    if (closes) {
      text(out, "connection: close\r\n");
    } else if (http10) {
      text(out, "connection: keep-alive\r\n");
    }
    text(out, "\r\n");
  }

  static void text(ByteBuf out, String ascii) {
    out.writeCharSequence(ascii, StandardCharsets.US_ASCII);
  }
}
