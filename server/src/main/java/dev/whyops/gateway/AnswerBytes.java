package dev.whyops.gateway;

import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.http.ErrorDialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Writes answers of our own as HTTP/1.1. */
final class AnswerBytes {
  private AnswerBytes() {}

  /**
   * A failure in the dialect of its route.
   *
   * @param headers added to the failure's own
   */
  static Answer failure(
      ApiException failure, ErrorDialect errors, String requestId, Map<String, String> headers) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(failure.headers());
    all.put("X-WhyOps-Error", failure.code());
    return new Answer(failure.status(), errors.body(failure, requestId), all);
  }

  static ByteBuf of(
      Answer answer, CurrentRequest request, boolean keepAlive, ByteBufAllocator alloc) {
    ByteBuf out = alloc.buffer(512 + answer.json().length);
    text(out, "HTTP/1.1 " + HttpResponseStatus.valueOf(answer.status()) + "\r\n");
    boolean typed = false;
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      typed |= header.getKey().equalsIgnoreCase("content-type");
      line(out, header.getKey(), header.getValue());
    }
    if (!typed && answer.json().length > 0) {
      line(out, "content-type", "application/json");
    }
    line(out, "X-WhyOps-Request-ID", request.id());
    line(out, "content-length", Integer.toString(answer.json().length));
    if (!keepAlive) {
      line(out, "connection", "close");
    } else if (request.http10()) {
      line(out, "connection", "keep-alive");
    }
    text(out, "\r\n");
    if (!request.isHead()) {
      out.writeBytes(answer.json());
    }
    return out;
  }

  static ByteBuf continued() {
    return Unpooled.wrappedBuffer(
        "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** A value with a line end in it never gets here from users; dropped all the same. */
  private static void line(ByteBuf out, String name, String value) {
    if (value.indexOf('\r') < 0 && value.indexOf('\n') < 0) {
      text(out, name + ": " + value + "\r\n");
    }
  }

  private static void text(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
  }
}
