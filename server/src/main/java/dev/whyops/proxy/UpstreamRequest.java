package dev.whyops.proxy;

import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** The bytes that go up for one attempt: head, body and framing. */
final class UpstreamRequest {
  private final CallRequest request;
  private final RequestBody body;
  private final ProviderRef provider;
  private final String credential;
  private final BodyEdits edits;
  private final boolean answerMayChange;

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

  /** Head and all that is held of the body, in one buffer for one write. */
  ByteBuf begin(ByteBufAllocator alloc, Origin origin, String basePath) {
    ByteBuf out = alloc.buffer(1_024 + body.length());
    CallTarget target = request.target();
    text(out, request.method());
    out.writeByte(' ');
    text(out, UpstreamUrl.target(provider.type(), basePath, target.path(), target.query()));
    text(out, " HTTP/1.1\r\nhost: ");
    text(out, origin.authority());
    text(out, "\r\n");
    UpHeaders.write(request.headers(), out, answerMayChange, false);
    text(out, provider.type() == ProviderType.OPENAI ? "authorization: Bearer " : "x-api-key: ");
    UpHeaders.latin1(out, credential);
    text(out, "\r\n");
    writeFraming(out);
    writeHeld(out);
    return out;
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

  /** A later part of a body that streams; borrowed. */
  ByteBuf part(ByteBufAllocator alloc, ByteBuf part) {
    if (!isChunked()) {
      return part.retainedSlice();
    }
    ByteBuf framed = alloc.buffer(part.readableBytes() + 16);
    text(framed, Integer.toHexString(part.readableBytes()) + "\r\n");
    framed.writeBytes(part, part.readerIndex(), part.readableBytes());
    text(framed, "\r\n");
    return framed;
  }

  /** What ends a body that streams; may be empty. */
  ByteBuf end(ByteBufAllocator alloc) {
    ByteBuf end = alloc.buffer(8);
    if (isChunked()) {
      text(end, "0\r\n\r\n");
    }
    return end;
  }

  private static void length(ByteBuf out, long length) {
    text(out, "content-length: " + length + "\r\n");
  }

  private static void text(ByteBuf out, String ascii) {
    out.writeCharSequence(ascii, StandardCharsets.US_ASCII);
  }
}
