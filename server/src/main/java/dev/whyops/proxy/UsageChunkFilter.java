package dev.whyops.proxy;

import dev.whyops.record.Rewrite;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the usage chunk, which the client did not ask for, out of a chat stream. An event is held
 * back only until it is clear that it is another one: nearly always its first bytes tell.
 *
 * <p>Not thread-safe; belongs to one answer.
 */
final class UsageChunkFilter implements AnswerEdit {
  private static final byte[] CHOICES = "\"choices\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.US_ASCII);

  /** An event that is still undecided at this size is passed on. */
  private static final int HELD_MAX = 64 * 1024;

  private final ByteBufAllocator alloc;
  private final Consumer<Rewrite> taken;
  private @Nullable ByteBuf held;
  private boolean passing;
  private boolean lineEmpty = true;
  private boolean afterCarriageReturn;
  private boolean endedWithCarriageReturn;
  private boolean tookTheLast;
  private long position;

  UsageChunkFilter(ByteBufAllocator alloc, Consumer<Rewrite> taken) {
    this.alloc = alloc;
    this.taken = taken;
  }

  @Override
  public void feed(ByteBuf payload, Consumer<ByteBuf> next) {
    try {
      int from = payload.readerIndex();
      int end = payload.writerIndex();
      int at = from;
      if (at < end && endedWithCarriageReturn && payload.getByte(at) == '\n') {
        at++; // the other half of the line end that ended the event before
        if (tookTheLast) {
          taken.accept(new Rewrite("usage_chunk", position, 1, new byte[0]));
          from = at;
        }
      }
      tookTheLast &= at == end;
      endedWithCarriageReturn = false;
      while (at < end) {
        int eventEnd = eventEnd(payload, at, end);
        boolean complete = eventEnd >= 0;
        int to = complete ? eventEnd : end;
        from = piece(payload, from, at, to, complete, next);
        at = to;
      }
      flush(payload, from, end, next);
      position += payload.readableBytes();
    } finally {
      payload.release();
    }
  }

  /**
   * Deals with a piece of one event, {@code at} to {@code to}.
   *
   * @param from start of bytes that may go on but did not so far
   * @return the new {@code from}
   */
  private int piece(
      ByteBuf payload, int from, int at, int to, boolean complete, Consumer<ByteBuf> next) {
    if (passing) {
      passing = !complete;
      return from;
    }
    if (held == null) {
      if (complete ? !isUsageChunk(payload, at, to) : isOtherEvent(payload, at, to)) {
        passing = !complete;
        return from;
      }
      flush(payload, from, at, next);
    }
    ByteBuf event = hold(payload, at, to);
    int size = event.readableBytes();
    if (complete && isUsageChunk(event, 0, size)) {
      long offset = position + to - payload.readerIndex() - size;
      taken.accept(new Rewrite("usage_chunk", offset, size, new byte[0]));
      event.release();
      held = null;
      tookTheLast = to == payload.writerIndex();
    } else if (complete || isOtherEvent(event, 0, size) || size > HELD_MAX) {
      next.accept(event);
      held = null;
      passing = !complete;
    }
    return to;
  }

  private static void flush(ByteBuf payload, int from, int to, Consumer<ByteBuf> next) {
    if (to > from) {
      next.accept(payload.retainedSlice(from, to - from));
    }
  }

  private ByteBuf hold(ByteBuf payload, int at, int to) {
    ByteBuf event = held;
    if (event == null) {
      event = alloc.buffer(Math.max(256, to - at));
      held = event;
    }
    event.writeBytes(payload, at, to - at);
    return event;
  }

  /** The end of the payload: what is held goes on, as it is no whole event. */
  @Override
  public void end(Consumer<ByteBuf> next) {
    if (held != null) {
      next.accept(held);
      held = null;
    }
  }

  @Override
  public void breakOff(Consumer<ByteBuf> next) {
    end(next);
  }

  @Override
  public void release() {
    if (held != null) {
      held.release();
      held = null;
    }
  }

  /** Index after the empty line that ends the event, or -1; LF, CRLF and CR all end a line. */
  private int eventEnd(ByteBuf payload, int from, int end) {
    for (int i = from; i < end; i++) {
      byte b = payload.getByte(i);
      if (b == '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        continue;
      }
      afterCarriageReturn = b == '\r';
      if (b == '\n' || b == '\r') {
        if (lineEmpty) {
          boolean pair = b == '\r' && i + 1 < end && payload.getByte(i + 1) == '\n';
          afterCarriageReturn = false;
          endedWithCarriageReturn = b == '\r' && i + 1 == end;
          return pair ? i + 2 : i + 1;
        }
        lineEmpty = true;
      } else {
        lineEmpty = false;
      }
    }
    return -1;
  }

  private static boolean isUsageChunk(ByteBuf event, int from, int to) {
    int first = firstOfChoices(event, from, to);
    if (first < 0 || event.getByte(first) != ']') {
      return false;
    }
    int usage = find(event, from, to, USAGE);
    int value = usage < 0 ? -1 : afterColon(event, usage + USAGE.length, to);
    return value >= 0 && event.getByte(value) == '{';
  }

  /** It is clear that this is no usage chunk: its choices hold something. */
  private static boolean isOtherEvent(ByteBuf event, int from, int to) {
    int first = firstOfChoices(event, from, to);
    return first >= 0 && event.getByte(first) != ']';
  }

  /** Index of the first byte inside of the choices' brackets, or -1. */
  private static int firstOfChoices(ByteBuf event, int from, int to) {
    int choices = find(event, from, to, CHOICES);
    int bracket = choices < 0 ? -1 : afterColon(event, choices + CHOICES.length, to);
    boolean array = bracket >= 0 && event.getByte(bracket) == '[';
    return array ? skipBlanks(event, bracket + 1, to) : -1;
  }

  private static int afterColon(ByteBuf event, int from, int to) {
    int colon = skipBlanks(event, from, to);
    boolean found = colon >= 0 && event.getByte(colon) == ':';
    return found ? skipBlanks(event, colon + 1, to) : -1;
  }

  private static int skipBlanks(ByteBuf event, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = event.getByte(i);
      if (b != ' ' && b != '\t') {
        return i;
      }
    }
    return -1;
  }

  private static int find(ByteBuf event, int from, int to, byte[] needle) {
    for (int i = from; i <= to - needle.length; i++) {
      int matched = 0;
      while (matched < needle.length && event.getByte(i + matched) == needle[matched]) {
        matched++;
      }
      if (matched == needle.length) {
        return i;
      }
    }
    return -1;
  }
}
