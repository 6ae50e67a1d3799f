package dev.whyops.proxy;

import dev.whyops.proxy.ResponseHead.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds heads, payload and ends in a provider's bytes without taking them apart: chunk sizes are
 * walked only to find the end, and the bytes between are handed on as they came. Strict: what could
 * be read in two ways is a fault.
 *
 * <p>Not thread-safe; belongs to one connection.
 */
final class ResponseFramer {
  /** A chunk-size line with its extension, and all trailers together. */
  private static final int CHUNK_LINE_MAX = 4 * 1024;

  private static final int TRAILERS_MAX = 16 * 1024;

  /** Takes what the framer finds. */
  interface Sink {
    /**
     * A final head came (1xx are dropped).
     *
     * @return true to get a chunked body with its framing, false to get its payload only
     */
    boolean head(ResponseHead head);

    /** Payload, to look at and not to keep. Comes before the {@link #relay} that holds it. */
    void payload(ByteBuf buffer, int index, int length);

    /**
     * Bytes to pass on, now owned by the sink.
     *
     * @param last nothing of the body follows, but for the terminating chunk
     */
    void relay(ByteBuf bytes, boolean last);

    /**
     * The answer is complete.
     *
     * @param surplus bytes came after its end
     */
    void end(boolean surplus);

    /** The bytes are no valid answer. */
    void fault(String why);
  }

  private enum State {
    HEAD,
    LENGTH,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_CR,
    CHUNK_LF,
    TRAILERS,
    CLOSE,
    DONE
  }

  private final ResponseHead head = new ResponseHead();
  private byte[] pending = new byte[2_048];
  private int pendingLength;
  private State state = State.DONE;
  private boolean bodiless;
  private boolean raw;
  private long remaining;
  private int relayFrom;

  /** Prepares for the answer to a request; {@code bodiless} when that was HEAD. */
  void expect(boolean bodilessRequest) {
    state = State.HEAD;
    bodiless = bodilessRequest;
    pendingLength = 0;
  }

  boolean atBodyUntilClose() {
    return state == State.CLOSE;
  }

  /** Reads the next bytes; does not take ownership of {@code in}. */
  void feed(ByteBuf in, Sink sink) {
    relayFrom = in.readerIndex();
    while (in.isReadable() && state != State.DONE) {
      switch (state) {
        case HEAD -> readHead(in, sink);
        case LENGTH -> readLength(in, sink);
        case CHUNK_SIZE -> readChunkSize(in, sink);
        case CHUNK_DATA -> readChunkData(in, sink);
        case CHUNK_CR -> readChunkEnd(in, '\r', State.CHUNK_LF, sink);
        case CHUNK_LF -> readChunkEnd(in, '\n', State.CHUNK_SIZE, sink);
        case TRAILERS -> readTrailers(in, sink);
        case CLOSE -> readUntilClose(in, sink);
        case DONE -> {}
      }
    }
    if (raw && inChunkedBody()) {
      relayUpTo(in, in.readerIndex(), false, sink);
    }
  }

  /** Ends a body that only the close of the connection ends. */
  void closed(Sink sink) {
    state = State.DONE;
    sink.end(false);
  }

  private boolean inChunkedBody() {
    return state == State.CHUNK_DATA
        || state == State.CHUNK_CR
        || state == State.CHUNK_LF
        || state == State.CHUNK_SIZE;
  }

  private void fault(String why, Sink sink) {
    state = State.DONE;
    sink.fault(why);
  }

  private void readHead(ByteBuf in, Sink sink) {
    int before = pendingLength;
    int length = Math.min(in.readableBytes(), 2_048);
    if (before + length > ResponseHead.BYTES_MAX) {
      fault("Its head is too large.", sink);
      return;
    }
    keep(in, in.readerIndex(), length);
    int end = headEnd(Math.max(0, before - 3));
    if (end < 0) {
      in.skipBytes(length);
      return;
    }
    in.skipBytes(end - before);
    relayFrom = in.readerIndex();
    pendingLength = 0;
    String wrong = head.read(pending, end, bodiless);
    if (wrong != null) {
      fault(wrong, sink);
    } else if (head.status() == 101) {
      fault("It switches protocols unasked.", sink);
    } else if (head.status() >= 200) {
      beginBody(in, sink);
    }
  }

  private void keep(ByteBuf in, int index, int length) {
    if (pendingLength + length > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(pending.length * 2, pendingLength + length));
    }
    in.getBytes(index, pending, pendingLength, length);
    pendingLength += length;
  }

  /** Index after the empty line, or -1. */
  private int headEnd(int from) {
    for (int i = from; i + 3 < pendingLength; i++) {
      if (pending[i] == '\r'
          && pending[i + 1] == '\n'
          && pending[i + 2] == '\r'
          && pending[i + 3] == '\n') {
        return i + 4;
      }
    }
    return -1;
  }

  private void beginBody(ByteBuf in, Sink sink) {
    remaining = head.contentLength();
    state =
        switch (head.framing()) {
          case NONE -> State.DONE;
          case LENGTH -> remaining == 0 ? State.DONE : State.LENGTH;
          case CHUNKED -> State.CHUNK_SIZE;
          case CLOSE -> State.CLOSE;
        };
    raw = sink.head(head) && head.framing() == Framing.CHUNKED;
    if (state == State.DONE) {
      sink.end(in.isReadable());
    }
  }

  private void readLength(ByteBuf in, Sink sink) {
    int length = (int) Math.min(remaining, in.readableBytes());
    remaining -= length;
    sink.payload(in, in.readerIndex(), length);
    sink.relay(in.readRetainedSlice(length), remaining == 0);
    if (remaining == 0) {
      state = State.DONE;
      sink.end(in.isReadable());
    }
  }

  private void readUntilClose(ByteBuf in, Sink sink) {
    int length = in.readableBytes();
    sink.payload(in, in.readerIndex(), length);
    sink.relay(in.readRetainedSlice(length), false);
  }

  private void readChunkSize(ByteBuf in, Sink sink) {
    int lineStart = in.readerIndex();
    int newline = in.indexOf(lineStart, in.writerIndex(), (byte) '\n');
    int lineEnd = newline < 0 ? in.writerIndex() : newline + 1;
    if (pendingLength + lineEnd - lineStart > CHUNK_LINE_MAX) {
      fault("A chunk size line is too long.", sink);
      return;
    }
    boolean split = pendingLength > 0 || newline < 0;
    keep(in, lineStart, lineEnd - lineStart);
    in.readerIndex(lineEnd);
    if (newline < 0) {
      relayUpTo(in, lineStart, false, sink);
      relayFrom = lineEnd;
      return;
    }
    long size = chunkSize();
    boolean plain = !split && isPlain();
    pendingLength = 0;
    if (size < 0) {
      fault("A chunk size is malformed.", sink);
    } else if (size == 0) {
      relayUpTo(in, lineStart, true, sink);
      state = State.TRAILERS;
    } else {
      beginChunk(in, lineStart, size, plain, sink);
    }
  }

  private void beginChunk(ByteBuf in, int lineStart, long size, boolean plain, Sink sink) {
    if (!plain) {
      relayUpTo(in, lineStart, false, sink);
      relayFrom = in.readerIndex();
      if (raw) {
        String line = Long.toHexString(size) + "\r\n";
        sink.relay(Unpooled.wrappedBuffer(line.getBytes(StandardCharsets.US_ASCII)), false);
      }
    }
    remaining = size;
    state = State.CHUNK_DATA;
  }

  private void relayUpTo(ByteBuf in, int to, boolean last, Sink sink) {
    if (raw && to > relayFrom) {
      sink.relay(in.retainedSlice(relayFrom, to - relayFrom), last);
    }
    relayFrom = to;
  }

  /**
   * Size of the line in {@code pending}, or -1: hexadecimal digits, an optional extension, CRLF.
   */
  private long chunkSize() {
    int end = pendingLength - 2;
    if (end < 1 || pending[end] != '\r') {
      return -1;
    }
    long size = 0;
    int i = 0;
    while (i < end) {
      int digit = Character.digit(pending[i], 16);
      if (digit < 0) {
        break;
      }
      if (i == 15) {
        return -1;
      }
      size = size << 4 | digit;
      i++;
    }
    if (i == 0) {
      return -1;
    }
    while (i < end && (pending[i] == ' ' || pending[i] == '\t')) {
      i++;
    }
    boolean extension = i < end && pending[i] == ';';
    for (int j = i; j < end; j++) {
      if (pending[j] == '\r' || pending[j] == 0) {
        return -1;
      }
    }
    return i == end || extension ? size : -1;
  }

  private boolean isPlain() {
    for (int i = 0; i < pendingLength - 2; i++) {
      if (Character.digit(pending[i], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  private void readChunkData(ByteBuf in, Sink sink) {
    int length = (int) Math.min(remaining, in.readableBytes());
    sink.payload(in, in.readerIndex(), length);
    if (raw) {
      in.skipBytes(length);
    } else {
      sink.relay(in.readRetainedSlice(length), false);
    }
    remaining -= length;
    if (remaining == 0) {
      state = State.CHUNK_CR;
    }
  }

  private void readChunkEnd(ByteBuf in, char expected, State next, Sink sink) {
    if (in.readByte() == expected) {
      state = next;
    } else {
      fault("A chunk is longer than its size.", sink);
    }
  }

  /** Trailers are dropped: nothing of them is on the list of headers that go down. */
  private void readTrailers(ByteBuf in, Sink sink) {
    while (in.isReadable()) {
      if (pendingLength == TRAILERS_MAX) {
        fault("Its trailers are too large.", sink);
        return;
      }
      keep(in, in.readerIndex(), 1);
      in.skipBytes(1);
      if (trailersEnd()) {
        boolean surplus = in.isReadable() || !trailersAreText();
        state = State.DONE;
        pendingLength = 0;
        relayFrom = in.readerIndex();
        sink.end(surplus);
        return;
      }
    }
  }

  /** The body is whole whatever they hold, but a connection that sends noise is not used again. */
  private boolean trailersAreText() {
    for (int i = 0; i < pendingLength; i++) {
      if (pending[i] == 0) {
        return false;
      }
    }
    return true;
  }

  private boolean trailersEnd() {
    int n = pendingLength;
    boolean emptyLine = n >= 2 && pending[n - 2] == '\r' && pending[n - 1] == '\n';
    return emptyLine && (n == 2 || n >= 4 && pending[n - 4] == '\r' && pending[n - 3] == '\n');
  }
}
