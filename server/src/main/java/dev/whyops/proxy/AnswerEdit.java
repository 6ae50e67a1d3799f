package dev.whyops.proxy;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Changes the payload of an answer on its way. Belongs to one answer. */
interface AnswerEdit {
  /** Reads payload, owned by the edit; what may go on is given to {@code next}. */
  void feed(ByteBuf payload, Consumer<ByteBuf> next);

  /** The payload is complete. */
  void end(Consumer<ByteBuf> next);

  /** What is held goes on as it came: the payload breaks off. */
  void breakOff(Consumer<ByteBuf> next);

  /** Drops what is held. */
  void release();

  /** Nothing goes on before the end, so that the length is known before the head is sent. */
  default boolean holdsAll() {
    return false;
  }

  /** Both, one after the other. */
  static AnswerEdit chain(AnswerEdit first, AnswerEdit second) {
    return new AnswerEdit() {
      @Override
      public void feed(ByteBuf payload, Consumer<ByteBuf> next) {
        first.feed(payload, bytes -> second.feed(bytes, next));
      }

      @Override
      public void end(Consumer<ByteBuf> next) {
        first.end(bytes -> second.feed(bytes, next));
        second.end(next);
      }

      @Override
      public void breakOff(Consumer<ByteBuf> next) {
        first.breakOff(bytes -> second.feed(bytes, next));
        second.breakOff(next);
      }

      @Override
      public void release() {
        first.release();
        second.release();
      }
    };
  }
}
