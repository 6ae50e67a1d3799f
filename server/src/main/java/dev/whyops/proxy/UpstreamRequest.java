package dev.whyops.proxy;

import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * One attempt's way up: head, body and framing, written to one connection.
 *
 * <p>Not thread-safe; belongs to one call.
 */
final class UpstreamRequest {
  private final CallRequest request;
  private final RequestBody body;
  private final ProviderRef provider;
  private final String credential;
  private final BodyEdits edits;
  private final boolean answerMayChange;
  private boolean streams;
  private boolean sent;
  private long sentNanos;

  /**
   * @param answerMayChange the answer must come uncoded
   */
  UpstreamRequest(
      CallRequest request,
      RequestBody body,
      ProviderRef provider,
      String credential,
      BodyEdits edits,
      boolean answerMayChange) {
    this.request = request;
    this.body = body;
    this.provider = provider;
    this.credential = credential;
    this.edits = edits;
    this.answerMayChange = answerMayChange;
  }

  /** Sends the head and all that is held of the body, in one buffer by one write. */
  void begin(Upstream upstream, ByteBufAllocator alloc, String basePath) {
    ByteBuf out = alloc.buffer(1_024 + body.length());
    writeHead(out, upstream.origin(), basePath);
    writeHeld(out);
    upstream.send(out);
    sentNanos = System.nanoTime();
    sent = body.isComplete();
    streams = !sent;
    if (streams) {
      body.sent();
    }
  }

  /** Sends a later part; borrowed. */
  void part(Upstream upstream, ByteBufAllocator alloc, ByteBuf part) {
    if (part.isReadable()) {
      upstream.send(isChunked() ? chunk(alloc, part) : part.retainedSlice());
    }
  }

  /** Sends what ends a body that streamed. */
  void end(Upstream upstream, ByteBufAllocator alloc) {
    if (isChunked()) {
      ByteBuf end = alloc.buffer(8);
      text(end, "0\r\n\r\n");
      upstream.send(end);
    }
    sentNanos = System.nanoTime();
    sent = true;
    streams = false;
  }

  /** Parts of the body follow. */
  boolean streams() {
    return streams;
  }

  /** All of the request was handed to the connection. */
  boolean isSent() {
    return sent;
  }

  /** When the last part was handed over. */
  long sentNanos() {
    return sentNanos;
  }

  private void writeHead(ByteBuf out, Origin origin, String basePath) {
    CallTarget target = request.target();
    text(out, request.method());
    out.writeByte(' ');
    text(out, UpstreamUrl.target(provider.type(), basePath, target.path(), target.query()));
    text(out, " HTTP/1.1\r\nhost: ");
    text(out, origin.authority());
    text(out, "\r\n");
    UpHeaders.write(request.headers(), out, answerMayChange, body.isSentDecoded());
    text(out, provider.type() == ProviderType.OPENAI ? "authorization: Bearer " : "x-api-key: ");
    UpHeaders.latin1(out, credential);
    text(out, "\r\n");
    writeFraming(out);
  }

  private void writeFraming(ByteBuf out) {
    if (body.isComplete()) {
      if (body.received() > 0 || !request.method().equals("GET")) {
        length(out, body.length() + edits.growth());
      }
    } else if (isChunked()) {
      text(out, "transfer-encoding: chunked\r\n");
    } else {
      length(out, request.contentLength() + edits.growth());
    }
    text(out, "\r\n");
  }

  private void writeHeld(ByteBuf out) {
    if (body.isComplete() || !isChunked()) {
      edits.write(body.bytes(), body.length(), out);
    } else if (body.length() > 0) {
      text(out, Long.toHexString(body.length() + edits.growth()) + "\r\n");
      edits.write(body.bytes(), body.length(), out);
      text(out, "\r\n");
    }
  }

  private boolean isChunked() {
    return request.contentLength() < 0;
  }

  private static ByteBuf chunk(ByteBufAllocator alloc, ByteBuf part) {
    ByteBuf framed = alloc.buffer(part.readableBytes() + 16);
    text(framed, Integer.toHexString(part.readableBytes()) + "\r\n");
    framed.writeBytes(part, part.readerIndex(), part.readableBytes());
    text(framed, "\r\n");
    return framed;
  }

  private static void length(ByteBuf out, long length) {
    text(out, "content-length: " + length + "\r\n");
  }

  private static void text(ByteBuf out, String ascii) {
    out.writeCharSequence(ascii, StandardCharsets.US_ASCII);
  }
}
