package dev.whyops.proxy;

import dev.whyops.provider.CallKind;
import dev.whyops.provider.tail.JsonTail;
import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Puts a signature into a JSON answer, which is held until it is whole. One that is larger than any
 * text passes as it is.
 *
 * <p>Not thread-safe; belongs to one answer.
 */
final class SignedBody implements AnswerEdit {
  static final int HELD_MAX = 4 * 1024 * 1024;

  private final CallKind kind;
  private final byte[] signature;
  private final Consumer<Rewrite> made;
  private ByteArrayOutputStream held = new ByteArrayOutputStream(4_096);
  private boolean passing;

  SignedBody(CallKind kind, String signature, Consumer<Rewrite> made) {
    this.kind = kind;
    this.signature = signature.getBytes(StandardCharsets.UTF_8);
    this.made = made;
  }

  @Override
  public boolean holdsAll() {
    return true;
  }

  @Override
  public void feed(ByteBuf payload, Consumer<ByteBuf> next) {
    if (passing) {
      next.accept(payload);
      return;
    }
    byte[] bytes = new byte[payload.readableBytes()];
    payload.readBytes(bytes).release();
    held.writeBytes(bytes);
    if (held.size() > HELD_MAX) {
      breakOff(next);
    }
  }

  @Override
  public void end(Consumer<ByteBuf> next) {
    byte[] body = held.toByteArray();
    int at = passing ? -1 : JsonTail.of(kind, body);
    if (at < 0) {
      breakOff(next);
      return;
    }
    made.accept(new Rewrite(SignedStream.KIND, at, 0, signature));
    next.accept(
        Unpooled.wrappedBuffer(
            Unpooled.wrappedBuffer(body, 0, at),
            Unpooled.wrappedBuffer(signature),
            Unpooled.wrappedBuffer(body, at, body.length - at)));
    release();
  }

  @Override
  public void breakOff(Consumer<ByteBuf> next) {
    passing = true;
    if (held.size() > 0) {
      next.accept(Unpooled.wrappedBuffer(held.toByteArray()));
      release();
    }
  }

  @Override
  public void release() {
    held = new ByteArrayOutputStream(0);
  }
}
