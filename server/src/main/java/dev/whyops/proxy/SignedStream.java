package dev.whyops.proxy;

import dev.whyops.provider.tail.StreamTail;
import dev.whyops.provider.tail.TailEdit;
import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Puts a signature into a stream. Events go on as they become whole; those that may be the last of
 * a text wait for the one that tells. Once the signature is in, or cannot come, bytes pass as in
 * any other call.
 *
 * <p>Not thread-safe; belongs to one answer.
 */
final class SignedStream implements AnswerEdit {
  static final String KIND = "signature";

  /** An answer whose events are held or as large as this stays as it is. */
  private static final int HELD_MAX = 4 * 1024 * 1024;

  private final StreamTail tail;
  private final Consumer<Rewrite> made;
  private ByteArrayOutputStream held = new ByteArrayOutputStream(1_024);

  /** Where in the payload {@code held} begins. */
  private long heldAt;

  /** Where in {@code held} the event begins that is not whole. */
  private int eventAt;

  private boolean lineEmpty = true;
  private boolean afterCarriageReturn;
  private boolean passing;

  SignedStream(StreamTail tail, Consumer<Rewrite> made) {
    this.tail = tail;
    this.made = made;
  }

  /** Bytes were taken out before: places in the payload count them. */
  void shift(long removed) {
    heldAt += removed;
  }

  @Override
  public void feed(ByteBuf payload, Consumer<ByteBuf> next) {
    if (passing) {
      next.accept(payload);
      return;
    }
    try {
      while (payload.isReadable() && !passing) {
        byte b = payload.readByte();
        boolean secondHalf = b == '\n' && afterCarriageReturn;
        if (!secondHalf && isPastEnd()) {
          event(next);
        }
        held.write(b);
        note(b, secondHalf);
      }
      if (!passing && isPastEnd() && !afterCarriageReturn) {
        event(next);
      }
      if (passing || held.size() > HELD_MAX) {
        pass(next);
        if (payload.isReadable()) {
          next.accept(payload.readRetainedSlice(payload.readableBytes()));
        }
      }
    } finally {
      payload.release();
    }
  }

  private boolean ended;

  /** The bytes so far end with an empty line. */
  private boolean isPastEnd() {
    return ended;
  }

  private void note(byte b, boolean secondHalf) {
    if (secondHalf) {
      afterCarriageReturn = false;
      return;
    }
    afterCarriageReturn = b == '\r';
    boolean lineEnd = b == '\n' || b == '\r';
    ended = lineEnd && lineEmpty && held.size() > 0;
    lineEmpty = lineEnd;
  }

  private void event(Consumer<ByteBuf> next) {
    ended = false;
    byte[] bytes = held.toByteArray();
    List<TailEdit> edits = tail.event(bytes, eventAt);
    if (edits == null) {
      eventAt = bytes.length;
      return;
    }
    write(bytes, edits, next);
    heldAt += bytes.length;
    held.reset();
    eventAt = 0;
    passing = tail.isOver();
  }

  private void write(byte[] bytes, List<TailEdit> edits, Consumer<ByteBuf> next) {
    int at = 0;
    for (TailEdit edit : edits) {
      put(bytes, at, edit.offset(), next);
      next.accept(Unpooled.wrappedBuffer(edit.inserted()));
      made.accept(new Rewrite(KIND, heldAt + edit.offset(), edit.removed(), edit.inserted()));
      at = edit.offset() + edit.removed();
    }
    put(bytes, at, bytes.length, next);
  }

  private static void put(byte[] bytes, int from, int to, Consumer<ByteBuf> next) {
    if (to > from) {
      next.accept(Unpooled.wrappedBuffer(bytes, from, to - from));
    }
  }

  private void pass(Consumer<ByteBuf> next) {
    passing = true;
    byte[] bytes = held.toByteArray();
    held = new ByteArrayOutputStream(0);
    put(bytes, 0, bytes.length, next);
  }

  @Override
  public void end(Consumer<ByteBuf> next) {
    if (!passing && isPastEnd()) {
      event(next);
    }
    pass(next);
  }

  @Override
  public void breakOff(Consumer<ByteBuf> next) {
    pass(next);
  }

  @Override
  public void release() {
    held = new ByteArrayOutputStream(0);
  }
}
